"""Temporary folders with a marker file. Only folders with the marker are ever removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

MARKER = ".made-by-scaler-monitor"
MARKER_TEXT = b"scaler-monitor has made this folder, and removes it with all that is in it.\n"

FALLBACK_FOLDER = "/tmp"  # noqa: S108 - mkdtemp makes private folders
MAX_SOCKET_PATH = 100
"""Bytes. The path of a Unix socket may have about 107."""

_ATTEMPTS = 5


def make_marked_folder(prefix: str, max_name_bytes: int) -> Path:
    """Make a private temporary folder with a marker; return its path. Raises OSError.

    If the system's temporary folder cannot hold a socket whose name has `max_name_bytes` bytes, /tmp is used.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    if not holds_sockets(folder, max_name_bytes):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=FALLBACK_FOLDER))
    mark(folder)
    return folder


def holds_sockets(folder: Path, max_name_bytes: int) -> bool:
    """Return whether `folder` can hold a Unix socket with a name of `max_name_bytes` bytes.

    Its path must not be too long, and must be UTF-8, as ZeroMQ requires.
    """
    try:
        return len(str(folder).encode()) + 1 + max_name_bytes <= MAX_SOCKET_PATH
    except UnicodeEncodeError:
        return False


def mark(folder: Path) -> None:
    """Put the marker into a new folder. Raises OSError, also if the name of the marker is taken."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(folder / MARKER, flags, mode=0o600)
    try:
        os.write(descriptor, MARKER_TEXT)
    finally:
        os.close(descriptor)


def is_marked(folder: Path) -> bool:
    """Return whether `folder` is a folder of this user, not a symbolic link, with the marker."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            return False
        descriptor = os.open(folder / MARKER, flags)
    except OSError:
        return False
    try:
        marker = os.fstat(descriptor)
        own = stat.S_ISREG(marker.st_mode) and marker.st_uid == os.geteuid()
        return own and os.read(descriptor, len(MARKER_TEXT) + 1) == MARKER_TEXT
    finally:
        os.close(descriptor)


def remove_marked_folder(folder: Path) -> bool:
    """Remove a folder and its content, the marker last; return whether the folder is gone.

    A folder without the marker is not changed. Symbolic links are removed, their targets are not.
    """
    for _ in range(_ATTEMPTS):
        if not is_marked(folder):
            break
        with contextlib.suppress(OSError):
            _empty(folder)
            (folder / MARKER).unlink()
            try:
                folder.rmdir()
            except OSError:  # something was added meanwhile
                mark(folder)
    return not folder.exists()


def _empty(folder: Path) -> None:
    for entry in list(folder.iterdir()):
        if entry.name == MARKER:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
