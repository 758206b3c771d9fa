"""The file of a log: this user's alone, of one process at a time, bounded, and never anything else's.

A log begins with a line that says what it is. A file without that line is neither written to nor moved out
of the way, and nothing is followed: no link, no pipe, no file that has a second name.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import logging
import os
import stat
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

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


class LogFile(RotatingFileHandler):
    """Writes a log and keeps others from doing so; raises OSError when made, and nothing later.

    BlockingIOError says that another process writes it.
    """

    def __init__(self, path: Path) -> None:
        for place in _kept_of(str(path)):
            if not _is_log_or_nothing(place):
                raise NotAPlainFile("something is there that is no log of ours", place)
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", errors="replace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in the library
        """A disk that is full, or a folder that has gone, hurts nothing."""

    def doRollover(self) -> None:  # noqa: N802 - its name in the library
        """Begin a new file; where the names are not ours to give, begin the same one anew."""
        if self._is_in_place() and all(map(_is_log_or_nothing, _kept_of(self.baseFilename))):
            super().doRollover()
        elif self.stream is not None:
            self.stream.truncate(0)
            self.stream.write(FIRST_LINE)

    def _is_in_place(self) -> bool:
        """Whether the file that is written still has its name."""
        if self.stream is None:
            return False
        with contextlib.suppress(OSError):
            return os.path.samestat(Path(self.baseFilename).lstat(), os.fstat(self.stream.fileno()))
        return False

    def _open(self) -> io.TextIOWrapper:
        path = Path(self.baseFilename)
        descriptor = open_own_file(path)
        try:
            _lock(descriptor)
            size = os.fstat(descriptor).st_size
            if size and not _begins_as_log(descriptor):
                raise NotAPlainFile("something is there that is no log of ours", path)
            os.fchmod(descriptor, _OWN_MODE)
            if not size:
                os.write(descriptor, FIRST_LINE.encode())
            return _appending(descriptor)
        except BaseException:
            os.close(descriptor)
            raise


def _lock(descriptor: int) -> None:
    """Keep others from writing it, where the file system can; raises BlockingIOError when another does so."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return


def _appending(descriptor: int) -> io.TextIOWrapper:
    file: IO[bytes] = os.fdopen(descriptor, "ab")
    assert isinstance(file, io.BufferedWriter)
    return io.TextIOWrapper(file, "utf-8", "backslashreplace")


def _kept_of(path: str) -> list[Path]:
    return [Path(f"{path}.{number}") for number in range(1, KEPT + 1)]


def _is_log_or_nothing(path: Path) -> bool:
    """Whether a log of this user lies there, or nothing."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # a link, or what this user may not read
        return False
    try:
        found = os.fstat(descriptor)
        is_ours = stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_uid == os.geteuid()
        return is_ours and (not found.st_size or _begins_as_log(descriptor))
    finally:
        os.close(descriptor)


def _begins_as_log(descriptor: int) -> bool:
    first = FIRST_LINE.encode()
    return os.pread(descriptor, len(first), 0) == first
