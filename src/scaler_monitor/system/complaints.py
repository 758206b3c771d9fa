"""What a command complains of: one line of printable characters on standard error."""

from __future__ import annotations

import sys


def line(name: str, problem: str) -> str:
    """What is wrong, in one line of printable characters."""
    one_line = " ".join(problem.split())
    return f"{name}: " + "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in one_line
    )


def complain(name: str, problem: str, code: int) -> int:
    """Say on standard error what is wrong with the command `name`; returns `code`, for it to exit with."""
    if sys.stderr is not None:  # print would take stdout instead
        print(line(name, problem), file=sys.stderr)  # noqa: T201
    return code
