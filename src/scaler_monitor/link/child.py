"""A collector as a child process: spawned, watched over, and ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

FOLDER_PREFIX = "scaler-monitor-"
LONGEST_IPC_PATH = 100  # of about 107 bytes that a Unix socket's path may have
END_SECONDS = 2.0


class CollectorChild:
    """One collector process in its own session, with its own 0700 folder for the endpoint.

    Its end of a pipe tells it when this process is gone, however that went. Raises OSError when no
    process or folder can be made.
    """

    def __init__(self, address: str, options: Sequence[str] = ()) -> None:
        remove_left_behind()
        self.folder = _make_folder()
        self.endpoint = f"ipc://{self.folder}/collector"
        self._stderr: IO[bytes] = (self.folder / "stderr").open("w+b")
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
                pass_fds=[lifeline],
                start_new_session=True,
                env={**os.environ, "MALLOC_ARENA_MAX": "2"},  # its threads share what they free
            )
        except OSError:
            os.close(self._lifeline)
            self._stderr.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            os.close(lifeline)

    @property
    def pid(self) -> int:
        """The collector's process id."""
        return self._process.pid

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
        folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir="/tmp"))
    return folder


def remove_left_behind() -> None:
    """Remove our folders whose viewer is gone and which no collector could remove (both were killed)."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*-*"):
        pid = folder.name[len(FOLDER_PREFIX) :].split("-")[0]
        with contextlib.suppress(OSError):
            if pid.isdigit() and folder.stat().st_uid == os.getuid() and not _runs(int(pid)):
                shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
