"""What something is called: names, ids, states, facts."""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.format.number import DASH, number_of


def format_processor(value: Any) -> str:
    """A process id; a negative number is a folded worker with that many processors: `x3`, 0 has `none`."""
    number = number_of(value)
    if number is None:
        return DASH
    return (str(int(number)) if number > 0 else f"x{int(-number)}") if number else "none"


def format_yes(value: Any) -> str:
    """A fact that holds or not: `yes`, `no`. At most 3 cells."""
    if not isinstance(value, bool):
        return DASH
    return "yes" if value else "no"


def format_text(value: Any) -> str:
    """Text as it is; an empty one and an unknown one are a dash."""
    return str(value) if value not in (None, "") else DASH


def format_name(value: Any) -> str:
    """A name that may be empty: `(empty)`, to tell it from one that is unknown."""
    if value is None:
        return DASH
    return str(value) or "(empty)"


def format_shared_name(name: str, names: int, others: bool = False) -> str:
    """The name under which so many are counted together: `NAME x 400`, `x 1,000+` where there are others."""
    return f"{name} x {names:,}{'+' if others else ''}" if names > 1 else name


def state_label(state: str) -> str:
    """What a count of the scheduler is called: its `running` is what was sent to workers, not what runs."""
    return "running (sent)" if state == "running" else state


def format_capabilities(value: Any) -> str:
    """Names of capabilities; `none` is known to be none, a dash is unknown."""
    if value is None:
        return DASH
    return str(value) or "none"


def format_task_id(value: Any) -> str:
    """The first 8 hex digits of a task's id. 8 cells."""
    return str(value)[:8] if value else DASH


def format_object_id(value: Any) -> str:
    """The first 8 hex digits of an object's own tag; the half of its id before that is its client's."""
    text = str(value) if value else ""
    return text[len(text) // 2 :][:8] or DASH
