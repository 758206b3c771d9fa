"""Whether a file that has a name of ours is really ours: only then is it removed, moved or written to."""

from __future__ import annotations

import os
import stat

LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
"""Flags with which a file is opened to look at it: through no link, and waiting for nobody."""


def is_own_file(found: os.stat_result) -> bool:
    """Tell whether it is a regular file of this user that has no other name."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_uid == os.geteuid()


def begins_with(descriptor: int, first_line: str) -> bool:
    """Tell whether an open file has this first line. Raises OSError."""
    first = first_line.encode()
    return os.pread(descriptor, len(first), 0) == first
