"""Replaces invalid numbers: peers send overflowed or negative numbers for unknown values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.wire.event import Figures, WorkerColumns

UNKNOWN = -1
"""Value of unknown figures in columns; known ones are never negative."""

INVALID = 1 << 63
"""From here on an unsigned 64-bit number is invalid: as a signed one it is negative."""

INVALID_COUNT = (1 << 32) - 1
"""The invalid 32-bit number: -1 as a signed one."""

_MAY_BE_INVALID = (
    "agent_rss_bytes",
    "rss_free_bytes",
    "memory_limit_bytes",
    "free",
    "sent",
    "queued",
    "lag_microseconds",
    "net_sent_bytes",
    "net_received_bytes",
)


def valid_or_none(value: int | None) -> int | None:
    """Return a 64-bit number, or None if it is invalid or None."""
    return value if value is not None and 0 <= value < INVALID else None


def valid_count_or_none(value: int | None) -> int | None:
    """Return a 32-bit number, or None if it is invalid or None."""
    return value if value is not None and 0 <= value < INVALID_COUNT else None


def mark_unknown(columns: WorkerColumns) -> WorkerColumns:
    """Return the columns of a report with UNKNOWN for invalid figures; the same object if there are none."""
    found = {name: getattr(columns, name) for name in _MAY_BE_INVALID}
    changed: dict[str, Any] = {
        name: _signed(values) for name, values in found.items() if _has_invalid(values)
    }
    table = columns.processors
    if _has_invalid(table.rss_bytes):
        changed["processors"] = replace(table, rss_bytes=_signed(table.rss_bytes))
    return replace(columns, **changed) if changed else columns


def total(values: Figures) -> int:
    """Return the sum of the known figures; UNKNOWN if there are figures but none is known, or on overflow."""
    if len(values) and bool((values < 0).all()):
        return UNKNOWN
    return max(int(np.maximum(values, 0).sum(dtype=np.int64)), UNKNOWN)


def nan_where_unknown(values: Figures) -> Figures | NDArray[np.float64]:
    """Return the figures with NaN for unknown ones."""
    if values.dtype.kind == "u" or not bool((values < 0).any()):
        return values
    return np.where(values < 0, np.nan, values.astype(np.float64))


def _first_invalid(values: Figures) -> int:
    return INVALID if values.dtype.itemsize == 8 else INVALID_COUNT


def _has_invalid(values: Figures | None) -> bool:
    return values is not None and bool(len(values)) and int(np.max(values)) >= _first_invalid(values)


def _signed(values: Figures) -> NDArray[np.int64]:
    return np.where(values >= _first_invalid(values), UNKNOWN, values.astype(np.int64))
