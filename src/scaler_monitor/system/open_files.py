"""Checks that enough file descriptors are available for a viewer or a collector.

ZeroMQ aborts the process with a stack of addresses if it gets no descriptor, so this is checked in advance.
"""

from __future__ import annotations

import contextlib
import os
import resource

NEEDED = 48
"""Descriptors that one of our processes needs: at most 27 were observed, plus a reserve."""

MAX_CHECKED = 1 << 16


class TooFewOpenFiles(Exception):
    """The limit is too low and cannot be raised; the message is one line."""


def ensure_open_files(needed: int = NEEDED) -> None:
    """Check that `needed` descriptors can be opened, and increase the soft limit if necessary.

    Standard error must be open. Raises TooFewOpenFiles.
    """
    if _can_open(needed):
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = sum(_is_open(descriptor) for descriptor in range(min(soft, MAX_CHECKED)))
    wanted = taken + needed
    if hard == resource.RLIM_INFINITY or hard >= wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    if not _can_open(needed):
        raise TooFewOpenFiles(
            f"this program needs {wanted} open files, and the limit is {hard if hard < wanted else soft}; "
            "see `ulimit -n`"
        )


def _can_open(count: int) -> bool:
    held: list[int] = []
    try:
        while len(held) < count:
            held.append(os.dup(2))
    except OSError:
        return False
    finally:
        for descriptor in held:
            os.close(descriptor)
    return True


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
