"""A collector as a child process: spawned, watched over, and ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import psutil

FOLDER_PREFIX = "scaler-monitor-"
SHORT_PLACE = "/tmp"  # noqa: S108 - mkdtemp makes the folder in it, ours alone
LONGEST_IPC_PATH = 100  # of about 107 bytes that a Unix socket's path may have
END_SECONDS = 2.0
NEW_SECONDS = 60.0
"""A folder younger than that may be in the making, and not be locked yet."""


class CollectorChild:
    """One collector process in its own session, with its own 0700 folder for the endpoint.

    The folder is locked for as long as one of the two processes lives. The collector's end of a pipe tells
    it when this process is gone, however that went. Raises OSError when no process or folder can be made.
    """

    def __init__(self, address: str, options: Sequence[str] = ()) -> None:
        remove_left_behind()
        self.folder = _make_folder()
        self.endpoint = f"ipc://{self.folder}/collector"
        self._stderr: IO[bytes] = (self.folder / "stderr").open("w+b")
        self._lock = _lock(self.folder)
        lifeline, self._lifeline = os.pipe()
        safe_path = ["-P"] if sys.version_info >= (3, 11) else []
        command = [sys.executable, *safe_path, "-m", "scaler_monitor.collector"]
        command += ["--endpoint", self.endpoint, "--lifeline", str(lifeline), "--folder", str(self.folder)]
        try:
            self._process = subprocess.Popen(
                [*command, *options, "--", address],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[lifeline, self._lock],
                start_new_session=True,
                env={**os.environ, "MALLOC_ARENA_MAX": "2"},  # its threads share what they free
            )
        except OSError:
            os.close(self._lifeline)
            os.close(self._lock)
            self._stderr.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            os.close(lifeline)

    @property
    def pid(self) -> int:
        """The collector's process id."""
        return self._process.pid

    def cpu_seconds(self) -> float:
        """Return the CPU time that the collector has used; 0 where it cannot be told."""
        try:
            times = psutil.Process(self.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def ended(self) -> str:
        """Return how the collector ended, in one line; "" while it runs."""
        code = self._process.poll()
        if code is None:
            return ""
        how = f"with exit code {code}"
        if code < 0:
            with contextlib.suppress(ValueError):
                how = f"by {signal.Signals(-code).name}"
        said = self._last_line()
        return f"the collector ended {how}" + (f": {said}" if said else "")

    def close(self) -> None:
        """End the collector, reap it, and remove its folder. Safe to call twice."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def kill(self) -> None:
        """End the collector at once, and remove its folder, without waiting; `close` goes on meanwhile."""
        self._process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _last_line(self) -> str:
        if self._stderr.closed:
            return ""
        size = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, size - 4096))
        lines = self._stderr.read().decode(errors="backslashreplace").strip().splitlines()
        printable = "".join(c if c.isprintable() else "?" for c in lines[-1]) if lines else ""
        return printable[:300]


def _make_folder() -> Path:
    """Make a folder for us alone, where a Unix socket's path is short enough."""
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
    if len(os.fsencode(folder)) + len("/collector") > LONGEST_IPC_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=SHORT_PLACE))
    return folder


def _lock(folder: Path) -> int:
    """Lock a folder, where its file system can, until the last copy of the descriptor returned closes."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def remove_left_behind() -> None:
    """Remove our folders that no process holds any more: viewer and collector were both killed."""
    for place in {tempfile.gettempdir(), SHORT_PLACE}:
        for folder in Path(place).glob(f"{FOLDER_PREFIX}*-*"):
            with contextlib.suppress(OSError):
                _remove_unheld(folder)


def _remove_unheld(folder: Path) -> None:
    """Remove a folder of ours that is neither new nor locked; raises OSError if it is another's or locked."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        found = os.fstat(descriptor)
        if found.st_uid == os.getuid() and time.time() - found.st_mtime > NEW_SECONDS:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
