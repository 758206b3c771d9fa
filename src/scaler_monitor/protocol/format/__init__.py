"""Raw values to the text of one cell: pure, never wider than said, a dash for what is unknown.

Every function takes whatever the link carried and never raises: None, NaN and values of a wrong kind are
a dash. Each has a widest result (in its docstring), so that columns need not move while numbers change.
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
    "count_or_more": amounts.format_at_least,
    "rate": amounts.format_rate,
    "ratio": amounts.format_times,
    "process": labels.format_processor,
    "age": durations.format_age,
    "task_age": durations.format_task_age,
    "duration": durations.format_duration,
    "task_duration": durations.format_task_duration,
    "latency": durations.format_microseconds,
    "lag": durations.format_lag,
    "flag": labels.format_yes,
}


def format_value(kind: Kind, value: Any) -> str:
    """The text of a cell."""
    return _FORMATS[kind](value)


def format_whole(kind: Kind, value: Any) -> str:
    """The same on the page of the thing itself, where ids are whole."""
    return labels.format_text(value) if kind in IDS else _FORMATS[kind](value)
