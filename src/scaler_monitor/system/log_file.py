"""The file of a log: this user's alone, of one process at a time, bounded, and never anything else's.

A log begins with a line that says what it is. A file without that line is neither written to nor moved out
of the way, and nothing is followed: no link, no pipe, no file that has a second name.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from scaler_monitor.system.own_file import LOOK, begins_with, is_own_file
from scaler_monitor.system.user_file import NotAPlainFile, open_own_file

FIRST_LINE = "# log of scaler-monitor: it may be removed\n"
MOST_BYTES = 1 << 20
"""Of one file; then it gets the name FILE.1, and what was FILE.1 gets FILE.2."""

KEPT = 2
"""Files beside the one that is written."""

MOST_PROCESSES = 9
"""Processes that may log to the same FILE, each after the first to a FILE-N."""

_OWN_MODE = 0o600


def open_free_log_file(path: Path) -> LogFile:
    """Open the log at `path`, or the first of the files FILE-2 to FILE-9 that no process writes.

    Raises OSError.
    """
    path = path.absolute()
    for number in range(1, MOST_PROCESSES + 1):
        place = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        with contextlib.suppress(BlockingIOError):
            return LogFile(place)
    raise BlockingIOError(errno.EWOULDBLOCK, "other processes write it, and all files beside it", str(path))


def ensure_log_file(path: Path) -> None:
    """Raise OSError where a log cannot be written, also by another process than this one."""
    with contextlib.suppress(BlockingIOError):
        LogFile(path.absolute()).close()


class LogFile:
    """Writes a log and keeps others from doing so; raises OSError when made, and nothing later.

    BlockingIOError says that another process writes it. It is no handler of `logging`, which at the end of a
    process would wait for a disk that hangs.
    """

    def __init__(self, path: Path) -> None:
        for place in _kept_of(path):
            if not _is_log_or_nothing(place):
                raise NotAPlainFile("something is there that is no log of ours", place)
        self.path = path
        self._descriptor = _open_log(path)

    def write(self, text: str) -> None:
        """Add a record; a disk that is full, or a folder that has gone, hurts nothing."""
        data = f"{text}\n".encode("utf-8", "backslashreplace")
        with contextlib.suppress(OSError):
            if self.size() + len(data) > MOST_BYTES:
                self._begin_anew()
            os.write(self._descriptor, data)

    def size(self) -> int:
        """Bytes of the file that is written."""
        return os.fstat(self._descriptor).st_size

    def close(self) -> None:
        """Let others write it."""
        os.close(self._descriptor)

    def _begin_anew(self) -> None:
        """Begin a new file; where the names are not ours to give, begin the same one anew."""
        kept = _kept_of(self.path)
        try:
            if not self._is_in_place() or not all(map(_is_log_or_nothing, kept)):
                raise NotAPlainFile("something else has the name", self.path)
            for older, newer in zip(reversed(kept), reversed([self.path, *kept[:-1]]), strict=True):
                if newer.exists():
                    newer.replace(older)
            before, self._descriptor = self._descriptor, _open_log(self.path)
            os.close(before)
        except OSError:
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, FIRST_LINE.encode())

    def _is_in_place(self) -> bool:
        """Whether the file that is written still has its name."""
        with contextlib.suppress(OSError):
            return os.path.samestat(self.path.lstat(), os.fstat(self._descriptor))
        return False


def _open_log(path: Path) -> int:
    """Open a log, or make it; returns the descriptor, whose end lets others write. Raises OSError."""
    descriptor = open_own_file(path)
    try:
        _lock(descriptor)
        size = os.fstat(descriptor).st_size
        if size and not begins_with(descriptor, FIRST_LINE):
            raise NotAPlainFile("something is there that is no log of ours", path)
        os.fchmod(descriptor, _OWN_MODE)
        if not size:
            os.write(descriptor, FIRST_LINE.encode())
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _lock(descriptor: int) -> None:
    """Keep others from writing it, where the file system can; raises BlockingIOError when another does so."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return


def _kept_of(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}.{number}") for number in range(1, KEPT + 1)]


def _is_log_or_nothing(path: Path) -> bool:
    """Whether a log of this user lies there, or nothing."""
    try:
        descriptor = os.open(path, LOOK)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # a link, or what this user may not read
        return False
    try:
        found = os.fstat(descriptor)
        return is_own_file(found) and (not found.st_size or begins_with(descriptor, FIRST_LINE))
    finally:
        os.close(descriptor)
