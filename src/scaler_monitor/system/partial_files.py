"""Files that are written under a temporary name until they are complete; a later run removes stale ones.

Removed are only regular files of this user with such a name and no other hard link, that were not written to
for a day, and that none of our processes has locked.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
import uuid
from pathlib import Path

from scaler_monitor.system.own_file import INSPECT_FLAGS, is_own_file

STALE_SECONDS = 24 * 3600.0

_OWN = r"-[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}\.part"
"""The suffix that `partial_path` adds: a random UUID (version 4)."""


def partial_path(path: Path) -> Path:
    """Return a unique temporary path for the file that will be renamed to `path`."""
    return path.with_name(f"{path.stem}-{uuid.uuid4().hex}.part")


def create_partial_file(path: Path) -> int:
    """Create a private file that does not exist yet, and lock it; return its descriptor. Raises OSError.

    The lock lasts until the descriptor is closed, if the file system supports locks.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(path, flags, mode=0o600)
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def remove_stale_files(folder: Path, stem: str) -> None:
    """Remove stale partial files from a folder.

    `stem` is a regular expression for the stem of their names.
    """
    form = re.compile(stem + _OWN)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if form.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    _remove_if_unlocked(folder / entry.name)


def _remove_if_unlocked(path: Path) -> None:
    descriptor = os.open(path, INSPECT_FLAGS)
    try:
        found = os.fstat(descriptor)
        if is_own_file(found) and time.time() - found.st_mtime > STALE_SECONDS:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    finally:
        os.close(descriptor)
