"""Room for the files and sockets that a viewer or a collector opens.

ZeroMQ ends the whole process, with a stack of addresses, when it gets no descriptor; so it is looked before.
"""

from __future__ import annotations

import contextlib
import os
import resource

NEEDED = 48
"""Descriptors that a process of ours opens at most (27 were seen), and some to spare."""

MOST_LOOKED_AT = 1 << 16


class TooFewOpenFiles(Exception):
    """The limit is too low and cannot be raised; the message is one line."""


def ensure_room(needed: int = NEEDED) -> None:
    """See that `needed` descriptors can be opened, raising the soft limit where the hard one lets us.

    Needs standard error to be open. Raises TooFewOpenFiles.
    """
    if _can_open(needed):
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = sum(_is_open(descriptor) for descriptor in range(min(soft, MOST_LOOKED_AT)))
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
