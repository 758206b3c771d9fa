"""Runs one command and ends it, with all that came of it, as soon as whoever asked for it is gone.

`python -m scaler_monitor.demo.guardian FOLDER COMMAND...`. The asker holds the other end of our standard
input. A line `stop` there ends the command; an end without it means that the asker has died, and then
FOLDER, which was the asker's to remove, goes too if it carries the mark of `system.marked_folder`. A line
`stay` says that the asker will not look after us any more: then we wait for its end though the command may
have ended before. Leaves with the command's own exit code.
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
    """Run the command of `sys.argv` until it ends, its asker is gone, or we are told to stop."""
    folder, command = Path(sys.argv[1]), sys.argv[2:]
    _adopt_orphans()
    stop = _StopSignal()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop.receive)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    asker = _Asker()
    try:
        while child.poll() is None and not stop.received and not asker.is_done:
            asker.listen(_POLL_SECONDS)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        code = _end(child)
        if not asker.is_done:
            asker.listen(0)
        while asker.looks_away and not stop.received and not asker.is_done:
            asker.listen(None)
        if asker.has_died:
            remove_marked_folder(folder)
    return code if code >= 0 else 128 - code


class _Asker:
    """Who asked for the command, at the other end of our standard input."""

    def __init__(self) -> None:
        self.looks_away = False
        self.has_died = False
        self.is_done = False
        """Whether it has said `stop`, or has died."""

    def listen(self, seconds: float | None) -> None:
        """Hear what it says within `seconds`, or at all for None."""
        readable, _, _ = select.select([sys.stdin], [], [], seconds)
        if readable:
            said = os.read(sys.stdin.fileno(), 64)
            self.looks_away |= b"stay" in said
            self.has_died |= not said
            self.is_done |= not said or b"stop" in said


def _adopt_orphans() -> None:
    """Make grandchildren whose parent dies our children, so that none is lost sight of (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class _StopSignal:
    """Notes a signal that says stop, and breaks nothing off: a command may be starting just then."""

    def __init__(self) -> None:
        self.received = False

    def receive(self, _number: int, _frame: object) -> None:
        self.received = True


def _end(child: subprocess.Popen[bytes]) -> int:
    """End the command and every descendant: politely first, then by force; return its exit code."""
    if child.poll() is None:
        child.terminate()
    told: set[int] = set()
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and (child.poll() is None or _living_descendants()):
        time.sleep(_POLL_SECONDS / 2)
        orphans = _living_descendants() if child.poll() is not None else []
        for orphan in orphans:
            if orphan.pid not in told:
                told.add(orphan.pid)
                orphan.terminate()
    while descendants := _living_descendants():
        for descendant in descendants:
            descendant.kill()
        psutil.wait_procs(descendants, timeout=1)
    code = child.wait()
    _reap_adopted()
    return code


def _reap_adopted() -> None:
    """Take note of the adopted ones' deaths, so that no zombie is left to whoever adopts ours."""
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
