"""Runs one command, and stops it with all its descendants when the parent process ends.

`python -m scaler_monitor.demo.guardian FOLDER COMMAND...`. Standard input is a pipe from the parent. The line
`stop` stops the command. End of file without `stop` means that the parent was killed; then FOLDER is removed
too, if it has the marker of `system.marked_folder`. The line `stay` means that the parent calls `exec` and
will not call `wait` any more: then the guardian waits for end of file even if the command has exited. The
exit code is the command's.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from scaler_monitor.system.marked_folder import remove_marked_folder

GRACE_SECONDS = 4.0
_PR_SET_CHILD_SUBREAPER = 36
_POLL_SECONDS = 0.1


def main() -> int:
    """Run the command of `sys.argv` until it exits, the parent ends, or a stop is requested.

    Return the exit code.
    """
    folder, command = Path(sys.argv[1]), sys.argv[2:]
    _adopt_orphans()
    stop = _StopSignal()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop.receive)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    parent = _Parent()
    try:
        while child.poll() is None and not stop.received and not parent.is_done:
            parent.read_commands(_POLL_SECONDS)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        code = _terminate_all(child)
        if not parent.is_done:
            parent.read_commands(0)
        while parent.is_detached and not stop.received and not parent.is_done:
            parent.read_commands(None)
        if parent.has_died:
            remove_marked_folder(folder)
    return code if code >= 0 else 128 - code


class _Parent:
    """The parent process, at the other end of standard input."""

    def __init__(self) -> None:
        self.is_detached = False
        self.has_died = False
        self.is_done = False
        """Whether it has sent `stop` or has ended."""

    def read_commands(self, seconds: float | None) -> None:
        """Wait at most `seconds` (None: without limit) for a command, and store it."""
        readable, _, _ = select.select([sys.stdin], [], [], seconds)
        if readable:
            data = os.read(sys.stdin.fileno(), 64)
            self.is_detached |= b"stay" in data
            self.has_died |= not data
            self.is_done |= not data or b"stop" in data


def _adopt_orphans() -> None:
    """Become the subreaper: orphaned descendants become our children, so that none is missed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class _StopSignal:
    """Records a stop signal without interrupting anything, because the command may just be starting."""

    def __init__(self) -> None:
        self.received = False

    def receive(self, _number: int, _frame: object) -> None:
        self.received = True


def _terminate_all(child: subprocess.Popen[bytes]) -> int:
    """Stop the command and every descendant, first with SIGTERM, then with SIGKILL; return the exit code."""
    if child.poll() is None:
        child.terminate()
    terminated: set[int] = set()
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and (child.poll() is None or _living_descendants()):
        time.sleep(_POLL_SECONDS / 2)
        orphans = _living_descendants() if child.poll() is not None else []
        for orphan in orphans:
            if orphan.pid not in terminated:
                terminated.add(orphan.pid)
                orphan.terminate()
    while descendants := _living_descendants():
        for descendant in descendants:
            descendant.kill()
        psutil.wait_procs(descendants, timeout=1)
    code = child.wait()
    _reap_adopted()
    return code


def _reap_adopted() -> None:
    """Reap adopted processes, so that no zombies remain."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _living_descendants() -> list[psutil.Process]:
    living = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                living.append(process)
    return living


if __name__ == "__main__":
    sys.exit(main())
