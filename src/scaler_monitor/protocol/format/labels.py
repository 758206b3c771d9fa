"""Formats of names, ids, states and flags."""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.format.number import DASH, to_number


def format_processor(value: Any) -> str:
    """Return a process id; -3 is a folded worker with three processors: `x3`; 0 is `none`."""
    number = to_number(value)
    if number is None:
        return DASH
    return (str(int(number)) if number > 0 else f"x{int(-number)}") if number else "none"


def format_flag(value: Any) -> str:
    """Return a flag: `yes`, `no`. At most 3 cells."""
    if not isinstance(value, bool):
        return DASH
    return "yes" if value else "no"


def format_text(value: Any) -> str:
    """Return text unchanged; empty or unknown text is a dash."""
    return str(value) if value not in (None, "") else DASH


def format_name(value: Any) -> str:
    """Return a name; an empty name is `(empty)`, an unknown name is a dash."""
    if value is None:
        return DASH
    return str(value) or "(empty)"


def format_shared_name(name: str, names: int, others: bool = False) -> str:
    """Return the name that `names` names are counted under: `NAME x 400`, `x 1,000+` if there are more."""
    return f"{name} x {names:,}{'+' if others else ''}" if names > 1 else name


def state_label(state: str) -> str:
    """Return the label of a task state; the scheduler's `running` means sent to a worker."""
    return "running (sent)" if state == "running" else state


def format_capabilities(value: Any) -> str:
    """Return names of capabilities; `none` if there are none, a dash if unknown."""
    if value is None:
        return DASH
    return str(value) or "none"


def format_task_id(value: Any) -> str:
    """Return the first 8 hex digits of a task's id. 8 cells."""
    return str(value)[:8] if value else DASH


def format_object_id(value: Any) -> str:
    """Return the first 8 hex digits of the second half of an object's id; the first half is its client's."""
    text = str(value) if value else ""
    return text[len(text) // 2 :][:8] or DASH
