"""Error messages of commands: one line of printable characters on standard error."""

from __future__ import annotations

import sys
import traceback

from scaler_monitor.system.logs import logger
from scaler_monitor.system.printable import printable

_log = logger(__name__)


def error_line(name: str, problem: str) -> str:
    """Return the message for standard error: one line of printable characters."""
    return f"{name}: {printable(' '.join(problem.split()))}"


def describe_exception(error: BaseException) -> str:
    """Return the type and the message of an exception, and the code line that raised it."""
    text = f"{type(error).__name__}: {error}"
    for frame in traceback.extract_tb(error.__traceback__)[-1:]:
        text += f" ({frame.filename}:{frame.lineno})"
    return text


def print_error(name: str, problem: str, code: int) -> int:
    """Log and print an error of the command `name`; return the exit code `code`."""
    _log.error("%s", problem)
    if sys.stderr is not None:  # with None, print would write to stdout
        print(error_line(name, problem), file=sys.stderr)  # noqa: T201
    return code
