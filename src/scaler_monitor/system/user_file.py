"""Files of the user: read without blocking, and replaced atomically, keeping links, mode and owner."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LOCK_TIMEOUT_SECONDS = 2.0
LOCK_POLL_SECONDS = 0.02


class NotAPlainFile(OSError):
    """Not a regular file of acceptable size; `strerror` says what is wrong."""

    def __init__(self, problem: str, path: Path) -> None:
        super().__init__(errno.EINVAL, problem, str(path))


def read_user_file(path: Path, most_bytes: int) -> bytes:
    """Return the content of a regular file, without waiting for a writer. Raises OSError (NotAPlainFile)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAPlainFile("it is not a regular file", path)
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise NotAPlainFile(f"it has more than {most_bytes:,} bytes", path)
    return content


def open_own_file(path: Path) -> int:
    """Open a file for reading and appending, creating it and its folder if missing; return the descriptor.

    Raises NotAPlainFile for anything but a regular file of this user without another hard link (for example a
    symbolic link), and other OSErrors.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags, mode=0o600)
    except OSError:
        if path.is_symlink() or path.is_fifo():
            raise NotAPlainFile("it is not a regular file", path) from None
        raise
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(descriptor)
        raise NotAPlainFile("it is not a regular file of its own", path)
    if found.st_uid != os.geteuid():
        os.close(descriptor)
        raise NotAPlainFile("it is another user's", path)
    return descriptor


def replace_user_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Replace the content of a file atomically, or create it with its folder. Raises OSError (NotAPlainFile).

    A symbolic link is kept, and its target is replaced. Mode, owner and group are kept as far as this user
    may set them; a new file is private. A file that this user may not write is not replaced. A file with
    other hard links is written in place instead, so that all links keep the same content. `durable` waits for
    fsync.
    """
    target, before = _replaceable(path)
    if before is not None and before.st_nlink > 1:
        _write_into(target, content, durable)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if before is not None:
                _copy_owner_and_mode(file.fileno(), before)
            if durable:
                os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def ensure_replaceable(path: Path) -> None:
    """Raise what `replace_user_file` would raise, without changing a file."""
    target, _ = _replaceable(path)
    with tempfile.TemporaryFile(dir=target.parent):
        pass


@contextlib.contextmanager
def exclusive_access(path: Path) -> Iterator[None]:
    """Lock a file against other processes that use this function. Raises OSError.

    Its folder is locked, because the file may be created or replaced, and then the file, because it may have
    hard links in other folders. After LOCK_TIMEOUT_SECONDS, or on a file system without locks, it continues
    unlocked.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + LOCK_TIMEOUT_SECONDS
    with contextlib.ExitStack() as held:
        _hold(held, target.parent, os.O_DIRECTORY, until)
        status = _status(target)
        if status is not None and stat.S_ISREG(status.st_mode):
            _hold(held, target, os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, until)
        yield


def _hold(held: contextlib.ExitStack, place: Path, flags: int, until: float) -> None:
    """Try to lock a file or folder until `until`; the lock lasts as long as `held`. Raises OSError."""
    descriptor = os.open(place, os.O_RDONLY | flags)
    held.callback(os.close, descriptor)
    while not _is_locked(descriptor) and time.monotonic() < until:
        time.sleep(LOCK_POLL_SECONDS)


def _is_locked(descriptor: int) -> bool:
    """Try to lock; return True on success, or if the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _replaceable(path: Path) -> tuple[Path, os.stat_result | None]:
    """Return the real path of a file and its status, after making its folder.

    Raises OSError if not writable.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    before = _status(target)
    if before is None:
        return target, None
    if not stat.S_ISREG(before.st_mode):
        raise NotAPlainFile("it is not a regular file", path)
    if not os.access(target, os.W_OK):  # renaming would check the folder's permission only
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return target, before


def _write_into(target: Path, content: bytes, durable: bool) -> None:
    """Write a file in place.

    The part beyond the old size is written first, so a full disk changes nothing.
    """
    descriptor = os.open(target, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        size = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, content[size:], size)
        except OSError:
            file.truncate(size)
            raise
        _write_all(descriptor, content[:size], 0)
        file.truncate(len(content))
        if durable:
            os.fsync(descriptor)


def _write_all(descriptor: int, content: bytes, place: int) -> None:
    while content:
        written = os.pwrite(descriptor, content, place)
        content, place = content[written:], place + written


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.lstat()
    except FileNotFoundError:
        return None


def _copy_owner_and_mode(descriptor: int, before: os.stat_result) -> None:
    """Copy owner, group and mode of another file to an open file, as far as this user may."""
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, -1, before.st_gid)
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, before.st_uid, -1)
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
