"""The log file: private to this user, written by one process at a time, of limited size.

A log begins with a fixed first line. A file without that line is neither written to nor renamed. Symbolic
links, pipes, and files with another hard link are rejected.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from scaler_monitor.system.own_file import INSPECT_FLAGS, begins_with, is_own_file
from scaler_monitor.system.user_file import NotAPlainFile, open_own_file

FIRST_LINE = "# log of scaler-monitor: it may be removed\n"
MAX_FILE_BYTES = 1 << 20
"""Maximum size of one file; then FILE is renamed to FILE.1, and FILE.1 to FILE.2."""

OLD_FILES = 2
"""Number of rotated files that are kept."""

MAX_PROCESSES = 9
"""Processes that may log at the same time with the same FILE; each after the first writes FILE-N."""

_OWN_MODE = 0o600


def open_free_log_file(path: Path) -> LogFile:
    """Open the log at `path`, or the first of FILE-2 to FILE-9 that no other process is writing.

    Raises OSError.
    """
    path = path.absolute()
    for number in range(1, MAX_PROCESSES + 1):
        place = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        with contextlib.suppress(BlockingIOError):
            return LogFile(place)
    raise BlockingIOError(errno.EWOULDBLOCK, "other processes write it, and all files beside it", str(path))


def ensure_log_file(path: Path) -> None:
    """Raise OSError if a log cannot be written at `path`; a log that another process is writing is fine."""
    with contextlib.suppress(BlockingIOError):
        LogFile(path.absolute()).close()


class LogFile:
    """Writes a log and locks it against other processes.

    The constructor raises OSError, and BlockingIOError if another process is writing the log; later errors
    are ignored. It is not a `logging` handler, because at exit `logging` would wait for a disk that hangs.
    """

    def __init__(self, path: Path) -> None:
        for place in _old_paths(path):
            if not _is_own_log_or_absent(place):
                raise NotAPlainFile("something is there that is no log of ours", place)
        self.path = path
        self._descriptor = _open_log(path)

    def write(self, text: str) -> None:
        """Append a record; errors, such as a full disk or a deleted folder, are ignored."""
        data = f"{text}\n".encode("utf-8", "backslashreplace")
        with contextlib.suppress(OSError):
            if self.size() + len(data) > MAX_FILE_BYTES:
                self._rotate()
            os.write(self._descriptor, data)

    def size(self) -> int:
        """Return the size of the current file in bytes."""
        return os.fstat(self._descriptor).st_size

    def close(self) -> None:
        """Close the file, which releases the lock."""
        os.close(self._descriptor)

    def _rotate(self) -> None:
        """Rotate the files; if that is not possible, truncate the current one."""
        kept = _old_paths(self.path)
        try:
            if not self._is_in_place() or not all(map(_is_own_log_or_absent, kept)):
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
        """Return whether the path still refers to the open file."""
        with contextlib.suppress(OSError):
            return os.path.samestat(self.path.lstat(), os.fstat(self._descriptor))
        return False


def _open_log(path: Path) -> int:
    """Open or create a log; return its descriptor, which holds the lock until it is closed.

    Raises OSError.
    """
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
    """Lock the file if the file system supports it.

    Raises BlockingIOError if another process holds the lock.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return


def _old_paths(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}.{number}") for number in range(1, OLD_FILES + 1)]


def _is_own_log_or_absent(path: Path) -> bool:
    """Return whether `path` is a log of this user or does not exist."""
    try:
        descriptor = os.open(path, INSPECT_FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # a link, or no permission to read
        return False
    try:
        found = os.fstat(descriptor)
        return is_own_file(found) and (not found.st_size or begins_with(descriptor, FIRST_LINE))
    finally:
        os.close(descriptor)
