"""Checks that a file was created by this program, before it is removed, renamed or written to."""

from __future__ import annotations

import os
import stat

INSPECT_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
"""Flags to open a file for inspection: does not follow links and does not block."""


def is_own_file(found: os.stat_result) -> bool:
    """Return whether it is a regular file of this user without another hard link."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_uid == os.geteuid()


def begins_with(descriptor: int, first_line: str) -> bool:
    """Return whether an open file begins with `first_line`. Raises OSError."""
    first = first_line.encode()
    return os.pread(descriptor, len(first), 0) == first
