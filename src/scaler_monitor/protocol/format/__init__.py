"""Formats raw values as the text of one cell; pure functions.

They accept any value and never raise: None, NaN and values of a wrong type become a dash. Docstrings name
the maximum width, so that columns do not move while numbers change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaler_monitor.protocol.format import amounts, durations, labels
from scaler_monitor.protocol.kinds import IDS, Kind

_FORMATS: dict[Kind, Callable[[Any], str]] = {
    "text": labels.format_text,
    "letters": labels.format_text,
    "name": labels.format_name,
    "capabilities": labels.format_capabilities,
    "task_id": labels.format_task_id,
    "object_id": labels.format_object_id,
    "time": durations.format_time,
    "bytes": amounts.format_bytes,
    "permille": amounts.format_permille,
    "count": amounts.format_count,
    "count_or_more": amounts.format_count_or_more,
    "rate": amounts.format_rate,
    "ratio": amounts.format_ratio,
    "process": labels.format_processor,
    "age": durations.format_age,
    "task_age": durations.format_task_age,
    "duration": durations.format_duration,
    "task_duration": durations.format_task_duration,
    "latency": durations.format_microseconds,
    "lag": durations.format_lag,
    "flag": labels.format_flag,
}


def format_value(kind: Kind, value: Any) -> str:
    """Return the text of a cell."""
    return _FORMATS[kind](value)


def format_full(kind: Kind, value: Any) -> str:
    """Return the text on the entity's own page, where ids are complete."""
    return labels.format_text(value) if kind in IDS else _FORMATS[kind](value)
