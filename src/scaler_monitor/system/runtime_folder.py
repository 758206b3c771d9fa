"""The folder of one collector, which holds its socket and what it says at its end.

All of them are in one place that is this user's alone: `$XDG_RUNTIME_DIR/scaler-monitor`, else
`scaler-monitor-UID` in the temporary folder. Nothing is removed but the files that are named here, from a
folder of the form that is made here and with the marker in it.
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
NEW_SECONDS = 60.0
"""A folder younger than that may be in the making, and not be locked yet."""

_NAMES = (SOCKET, ERRORS, MARKER)
_FORM = re.compile(r"[0-9]+-[a-z0-9_]{8}")
_ATTEMPTS = 10


def make_runtime_folder() -> Path:
    """Make a folder for a collector of this process; raises OSError.

    Where the place cannot be had, because somebody else was there first say, it is a folder elsewhere that
    nobody clears away should all of its processes be killed.
    """
    for place in _places():
        for _ in range(_ATTEMPTS):
            try:
                _make_place(place)
                folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=place))
            except FileNotFoundError:  # another has just removed the place, which was empty
                continue
            except OSError:
                break
            mark(folder)
            return folder
    return make_marked_folder(f"{NAME}-", len(SOCKET))


def remove_runtime_folder(folder: Path) -> None:
    """Remove a collector's folder, and the place when it was the last there; what is not ours stays."""
    with contextlib.suppress(OSError):
        if not is_marked(folder) or not {entry.name for entry in folder.iterdir()} <= set(_NAMES):
            return
        for name in _NAMES:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
        if folder.parent in _places() and _is_ours_alone(folder.parent):
            folder.parent.rmdir()


def lock(folder: Path) -> int:
    """Lock a folder, where its file system can, until the last copy of the descriptor returned closes."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def remove_left_behind() -> None:
    """Remove collectors' folders that no process holds any more: viewer and collector were both killed."""
    for place in set(_places()):
        with contextlib.suppress(OSError):
            if not _is_ours_alone(place):
                continue
            for folder in list(place.iterdir()):
                with contextlib.suppress(OSError):
                    if _FORM.fullmatch(folder.name):
                        _remove_unheld(folder)


def _remove_unheld(folder: Path) -> None:
    """Remove a folder that is neither new nor locked; raises OSError if it is locked, or no folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if time.time() - os.fstat(descriptor).st_mtime > NEW_SECONDS:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_runtime_folder(folder)
    finally:
        os.close(descriptor)


def _places() -> Iterator[Path]:
    """Yield where the folders may be, the best first."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    candidates = []
    with contextlib.suppress(OSError):
        if runtime.is_absolute() and _is_ours_alone(runtime):
            candidates.append(runtime / NAME)
    own_name = f"{NAME}-{os.geteuid()}"
    with contextlib.suppress(OSError):
        candidates.append(Path(tempfile.gettempdir(), own_name))
    candidates.append(Path(marked_folder.SHORT_PLACE, own_name))
    longest = f"{2**31}-12345678/{SOCKET}"
    yield from (place for place in candidates if holds_sockets(place, len(longest)))


def _make_place(place: Path) -> None:
    """Make the place unless it is there; raises OSError when it is another's, a link, or open to others."""
    with contextlib.suppress(FileExistsError):
        place.mkdir(mode=0o700)
    if not _is_ours_alone(place):
        raise PermissionError(errno.EPERM, "it is not this user's alone", str(place))


def _is_ours_alone(place: Path) -> bool:
    """Return whether it is a folder of this user that nobody else may enter; raises OSError."""
    found = place.lstat()
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return own and not stat.S_IMODE(found.st_mode) & 0o077
