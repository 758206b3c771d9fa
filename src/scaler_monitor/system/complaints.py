"""What a command complains of: one line of printable characters on standard error."""

from __future__ import annotations

import sys
import traceback

from scaler_monitor.system.logs import logger
from scaler_monitor.system.printable import printable

_log = logger(__name__)


def line(name: str, problem: str) -> str:
    """What is wrong, in one line of printable characters."""
    return f"{name}: {printable(' '.join(problem.split()))}"


def described(error: BaseException) -> str:
    """What failed, and where in the code."""
    text = f"{type(error).__name__}: {error}"
    for frame in traceback.extract_tb(error.__traceback__)[-1:]:
        text += f" ({frame.filename}:{frame.lineno})"
    return text


def complain(name: str, problem: str, code: int) -> int:
    """Say on standard error what is wrong with the command `name`; returns `code`, for it to exit with."""
    _log.error("%s", problem)
    if sys.stderr is not None:  # print would take stdout instead
        print(line(name, problem), file=sys.stderr)  # noqa: T201
    return code
