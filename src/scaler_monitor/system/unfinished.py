"""Files under names of their own until they are whole; what a killed process left goes with a later one.

Nothing is removed but regular files of this user that have such a name and no other, that nobody has written
to for a day, and that no process of ours holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
import uuid
from pathlib import Path

from scaler_monitor.system.own_file import LOOK, is_own_file

OLD_SECONDS = 24 * 3600.0

_OWN = r"-[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}\.part"
"""What `unfinished` adds: a random UUID."""


def unfinished(path: Path) -> Path:
    """A name, of this one file alone, for what will have the name `path`."""
    return path.with_name(f"{path.stem}-{uuid.uuid4().hex}.part")


def make_own(path: Path) -> int:
    """Make a file that this user alone can read, where nothing is, and hold it; returns its descriptor.

    Raises OSError. It is held for as long as the descriptor is open, where the file system can.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(path, flags, mode=0o600)
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def remove_left_behind(folder: Path, stem: str) -> None:
    """Remove what was never finished from a folder; `stem` is the pattern of what the files are called."""
    form = re.compile(stem + _OWN)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if form.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    _remove_unheld(folder / entry.name)


def _remove_unheld(path: Path) -> None:
    descriptor = os.open(path, LOOK)
    try:
        found = os.fstat(descriptor)
        if is_own_file(found) and time.time() - found.st_mtime > OLD_SECONDS:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    finally:
        os.close(descriptor)
