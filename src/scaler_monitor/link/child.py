"""A collector as a child process: starts, checks and stops it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from typing import IO

from scaler_monitor.system.interpreter import WORKING_FOLDER, environment_for_python, own_interpreter
from scaler_monitor.system.logs import logger
from scaler_monitor.system.runtime_folder import (
    ERRORS,
    SOCKET,
    lock,
    make_runtime_folder,
    remove_runtime_folder,
    remove_stale_folders,
)

_log = logger(__name__)

END_SECONDS = 2.0
SPARING_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": str(1 << 18)}
"""Settings of glibc: threads share freed memory, and that of large frames is returned to the system."""


class CollectorChild:
    """A collector process in its own session, with a 0700 folder for its endpoint.

    Its current folder is `/`, so paths in `address` and `options` must be absolute. The folder is locked
    while one of the two processes runs. A pipe tells the collector when this process has exited.
    Raises OSError if process or folder cannot be created.
    """

    def __init__(self, address: str, options: Sequence[str] = ()) -> None:
        remove_stale_folders()
        self.folder = make_runtime_folder()
        self.endpoint = f"ipc://{self.folder / SOCKET}"
        self._stderr: IO[bytes] = (self.folder / ERRORS).open("x+b")
        self._lock = lock(self.folder)
        lifeline, self._lifeline = os.pipe()
        arguments = ["--endpoint", self.endpoint, "--lifeline", str(lifeline), "--folder", str(self.folder)]
        try:
            self._process = subprocess.Popen(
                own_interpreter().run_module("scaler_monitor.collector", *arguments, *options, "--", address),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[lifeline, self._lock],
                start_new_session=True,
                cwd=WORKING_FOLDER,
                env={**environment_for_python(), **SPARING_MEMORY},
            )
        except OSError:
            os.close(self._lifeline)
            os.close(self._lock)
            self._stderr.close()
            remove_runtime_folder(self.folder)
            raise
        finally:
            os.close(lifeline)

        _log.info("collector %d is started, in %s", self._process.pid, self.folder)

    @property
    def pid(self) -> int:
        """Process id of the collector."""
        return self._process.pid

    def cpu_seconds(self) -> float:
        """Return the CPU time that the collector has used; 0 where it cannot be told."""
        import psutil  # only now: a screen is drawn without it

        try:
            times = psutil.Process(self.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def ended(self) -> str:
        """Return in one line how the collector exited; "" while it runs."""
        code = self._process.poll()
        if code is None:
            return ""
        how = f"with exit code {code}"
        if code < 0:
            with contextlib.suppress(ValueError):
                how = f"by {signal.Signals(-code).name}"
        output = self._last_line()
        return f"the collector ended {how}" + (f": {output}" if output else "")

    def close(self) -> None:
        """Stop the collector, wait for it, and remove its folder. May be called twice."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._lock >= 0:
            _log.info("%s", self.ended())
        self._stderr.close()
        remove_runtime_folder(self.folder)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def kill(self) -> None:
        """Kill the collector and remove its folder, without waiting. May be called while `close` runs."""
        self._process.kill()
        remove_runtime_folder(self.folder)

    def _last_line(self) -> str:
        if self._stderr.closed:
            return ""
        size = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, size - 4096))
        lines = self._stderr.read().decode(errors="backslashreplace").strip().splitlines()
        printable = "".join(c if c.isprintable() else "?" for c in lines[-1]) if lines else ""
        return printable[:300]
