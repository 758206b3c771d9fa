"""Folders that this program makes carry a file that says so; no other folder is ever removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

MARKER = ".made-by-scaler-monitor"
MARKER_TEXT = b"scaler-monitor has made this folder, and removes it with all that is in it.\n"

SHORT_PLACE = "/tmp"  # noqa: S108 - what is made in it is its maker's alone
LONGEST_SOCKET_PATH = 100
"""Of about 107 bytes that the path of a Unix socket may have."""

_ATTEMPTS = 5


def make_marked_folder(prefix: str, longest_name: int) -> Path:
    """Make a folder for this user alone; raises OSError.

    It is in the temporary folder, but for one that is not UTF-8, which no ZeroMQ takes, or in which a socket
    whose name has `longest_name` bytes would have too long a path: then it is in /tmp.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    if not holds_sockets(folder, longest_name):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=SHORT_PLACE))
    mark(folder)
    return folder


def holds_sockets(folder: Path, longest_name: int) -> bool:
    """Return whether a Unix socket whose name has `longest_name` bytes can have its path in `folder`."""
    try:
        return len(str(folder).encode()) + 1 + longest_name <= LONGEST_SOCKET_PATH
    except UnicodeEncodeError:
        return False


def mark(folder: Path) -> None:
    """Put the marker into a folder that was just made; raises OSError, also when something has its name."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(folder / MARKER, flags, mode=0o600)
    try:
        os.write(descriptor, MARKER_TEXT)
    finally:
        os.close(descriptor)


def is_marked(folder: Path) -> bool:
    """Return whether `folder` is a folder, no link to one, of this user, and carries the marker."""
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
    """Remove a folder with all that is in it, its marker last; returns whether it is gone.

    One without the marker stays as it is. Links in it go, what they lead to stays.
    """
    for _ in range(_ATTEMPTS):
        if not is_marked(folder):
            break
        with contextlib.suppress(OSError):
            _empty(folder)
            (folder / MARKER).unlink()
            try:
                folder.rmdir()
            except OSError:  # something was put in meanwhile
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
