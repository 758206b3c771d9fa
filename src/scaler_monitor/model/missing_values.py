"""Numbers that no figure can have: what a peer fills in, or lets overflow, where it does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.wire.event import Figures, WorkerColumns

UNKNOWN = -1
"""Stands in columns for a figure that is not known; none that is known is negative."""

INVALID = 1 << 63
"""From here on a number of 64 bits is none: signed it would be negative."""

INVALID_COUNT = (1 << 32) - 1
"""The greatest number of 32 bits: -1 to those who count signed."""

_MAY_BE_IMPOSSIBLE = (
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
    """Return a number of 64 bits; None where it is not known."""
    return value if value is not None and 0 <= value < INVALID else None


def valid_count_or_none(value: int | None) -> int | None:
    """Return a number of 32 bits; None where it is not known."""
    return value if value is not None and 0 <= value < INVALID_COUNT else None


def mark_unknown(columns: WorkerColumns) -> WorkerColumns:
    """Return the columns of a report with UNKNOWN for impossible figures; themselves where there are none."""
    found = {name: getattr(columns, name) for name in _MAY_BE_IMPOSSIBLE}
    changed: dict[str, Any] = {
        name: _signed(values) for name, values in found.items() if _has_impossible(values)
    }
    table = columns.processors
    if _has_impossible(table.rss_bytes):
        changed["processors"] = replace(table, rss_bytes=_signed(table.rss_bytes))
    return replace(columns, **changed) if changed else columns


def total(values: Figures) -> int:
    """Return the sum of those that are known; UNKNOWN where none of several is, or it is too great itself."""
    if len(values) and bool((values < 0).all()):
        return UNKNOWN
    return max(int(np.maximum(values, 0).sum(dtype=np.int64)), UNKNOWN)


def nan_where_unknown(values: Figures) -> Figures | NDArray[np.float64]:
    """Return the figures, NaN for those that are not known."""
    if values.dtype.kind == "u" or not bool((values < 0).any()):
        return values
    return np.where(values < 0, np.nan, values.astype(np.float64))


def _first_impossible(values: Figures) -> int:
    return INVALID if values.dtype.itemsize == 8 else INVALID_COUNT


def _has_impossible(values: Figures | None) -> bool:
    return values is not None and bool(len(values)) and int(np.max(values)) >= _first_impossible(values)


def _signed(values: Figures) -> NDArray[np.int64]:
    return np.where(values >= _first_impossible(values), UNKNOWN, values.astype(np.int64))
