"""The runtime folder of one collector, with its socket and its standard error.

All runtime folders are in one private parent folder: `$XDG_RUNTIME_DIR/scaler-monitor`, or
`scaler-monitor-UID` in the temporary folder. Only the files named here are removed, and only from a folder
with the marker.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scaler_monitor.system import marked_folder
from scaler_monitor.system.marked_folder import MARKER, holds_sockets, is_marked, make_marked_folder, mark

SOCKET = "collector"
ERRORS = "stderr"
NAME = "scaler-monitor"
MIN_AGE_SECONDS = 60.0
"""A younger folder may not be locked yet."""

_NAMES = (SOCKET, ERRORS, MARKER)
_FORM = re.compile(r"[0-9]+-[a-z0-9_]{8}")
_ATTEMPTS = 10


def make_runtime_folder() -> Path:
    """Make a runtime folder for a collector of this process; return its path. Raises OSError.

    If no parent folder can be used, for example because another user created it, the folder is made
    elsewhere; such a folder is not cleaned up by later runs if all its processes are killed.
    """
    for place in _candidate_folders():
        for _ in range(_ATTEMPTS):
            try:
                _make_parent(place)
                folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=place))
            except FileNotFoundError:  # another process has just removed the empty parent
                continue
            except OSError:
                break
            mark(folder)
            return folder
    return make_marked_folder(f"{NAME}-", len(SOCKET))


def remove_runtime_folder(folder: Path) -> None:
    """Remove a collector's folder, and the parent folder if it is empty then; other files are kept."""
    with contextlib.suppress(OSError):
        if not is_marked(folder) or not {entry.name for entry in folder.iterdir()} <= set(_NAMES):
            return
        for name in _NAMES:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
        if folder.parent in _candidate_folders() and _is_private(folder.parent):
            folder.parent.rmdir()


def lock(folder: Path) -> int:
    """Lock a folder, if its file system supports it; return the descriptor that holds the lock."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def remove_stale_folders() -> None:
    """Remove runtime folders that no process locks any more, because viewer and collector were killed."""
    for place in set(_candidate_folders()):
        with contextlib.suppress(OSError):
            if not _is_private(place):
                continue
            for folder in list(place.iterdir()):
                with contextlib.suppress(OSError):
                    if _FORM.fullmatch(folder.name):
                        _remove_if_unlocked(folder)


def _remove_if_unlocked(folder: Path) -> None:
    """Remove a folder that is neither new nor locked. Raises OSError if it is locked or not a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if time.time() - os.fstat(descriptor).st_mtime > MIN_AGE_SECONDS:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_runtime_folder(folder)
    finally:
        os.close(descriptor)


def _candidate_folders() -> Iterator[Path]:
    """Yield the possible parent folders, the preferred one first."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    candidates = []
    with contextlib.suppress(OSError):
        if runtime.is_absolute() and _is_private(runtime):
            candidates.append(runtime / NAME)
    own_name = f"{NAME}-{os.geteuid()}"
    with contextlib.suppress(OSError):
        candidates.append(Path(tempfile.gettempdir(), own_name))
    candidates.append(Path(marked_folder.FALLBACK_FOLDER, own_name))
    longest = f"{2**31}-12345678/{SOCKET}"
    yield from (place for place in candidates if holds_sockets(place, len(longest)))


def _make_parent(place: Path) -> None:
    """Make the parent folder if it is missing. Raises OSError if it is not a private folder of this user."""
    with contextlib.suppress(FileExistsError):
        place.mkdir(mode=0o700)
    if not _is_private(place):
        raise PermissionError(errno.EPERM, "it is not this user's alone", str(place))


def _is_private(place: Path) -> bool:
    """Return whether it is a folder of this user without permissions for others. Raises OSError."""
    found = place.lstat()
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return own and not stat.S_IMODE(found.st_mode) & 0o077
