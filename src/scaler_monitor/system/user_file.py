"""A file of the user: read without hanging, and replaced whole, where it really lies, with mode and owner."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


class NotAPlainFile(OSError):
    """There is something else than a regular file of sane size; `strerror` says what is wrong."""

    def __init__(self, problem: str, path: Path) -> None:
        super().__init__(None, problem, str(path))


def read_user_file(path: Path, most_bytes: int) -> bytes:
    """Return the content of a regular file. Raises NotAPlainFile and other OSErrors; waits for no writer."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAPlainFile("it is not a regular file", path)
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise NotAPlainFile(f"it has more than {most_bytes:,} bytes", path)
    return content


def replace_user_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Give a file other content at once, or make it with its folder; raises NotAPlainFile and other OSErrors.

    A symbolic link stays, and what it leads to is replaced. Mode, owner and group stay as they are, as far as
    this user may set them; a new file is this user's alone. `durable` waits until the disk has it.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    before = _status(target)
    if before is not None and not stat.S_ISREG(before.st_mode):
        raise NotAPlainFile("it is not a regular file", path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if before is not None:
                _take_after(file.fileno(), before)
            if durable:
                os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.lstat()
    except FileNotFoundError:
        return None


def _take_after(descriptor: int, before: os.stat_result) -> None:
    """Give an open file the owner, group and mode of another, as far as this user may."""
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, -1, before.st_gid)
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, before.st_uid, -1)
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
