"""Quantities with units, as an operator types them into a filter: `2G`, `5ms`, `50%`, `5m`, `14:05`."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Any

from scaler_monitor.protocol.column import Column
from scaler_monitor.protocol.format import amounts, durations, labels


class BadQuantity(ValueError):
    """Not a quantity of the wanted kind; the message says what is."""


class Kind(Enum):
    """What the raw values of a column are."""

    TEXT = "text"
    COUNT = "count"
    BYTES = "bytes"
    PERMILLE = "tenths of a percent"
    MICROSECONDS = "microseconds"
    SECONDS = "seconds"
    TIME = "unix seconds"
    YES = "yes or no"


_KINDS: dict[Callable[[Any], str], Kind] = {
    amounts.format_bytes: Kind.BYTES,
    amounts.format_permille: Kind.PERMILLE,
    amounts.format_count: Kind.COUNT,
    amounts.format_integer: Kind.COUNT,
    amounts.format_at_least: Kind.COUNT,
    amounts.format_rate: Kind.COUNT,
    amounts.format_times: Kind.COUNT,
    labels.format_processor: Kind.COUNT,
    durations.format_lag: Kind.MICROSECONDS,
    durations.format_microseconds: Kind.MICROSECONDS,
    durations.format_age: Kind.SECONDS,
    durations.format_duration: Kind.SECONDS,
    durations.format_task_age: Kind.SECONDS,
    durations.format_task_duration: Kind.SECONDS,
    durations.format_time: Kind.TIME,
    labels.format_yes: Kind.YES,
}

_DURATIONS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNITS: dict[Kind, dict[str, float]] = {
    Kind.COUNT: {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "/s": 1, "x": 1},
    Kind.BYTES: {"": 1, "b": 1}
    | {
        letter + suffix: 1024.0**power
        for power, letter in enumerate("kmgtp", start=1)
        for suffix in ("", "b", "ib")
    },
    Kind.PERMILLE: {"": 10, "%": 10},
    Kind.MICROSECONDS: {"": 1e3} | {unit: size * 1e6 for unit, size in _DURATIONS.items()},
    Kind.SECONDS: {"": 1} | _DURATIONS,
}
_EXAMPLES = {
    Kind.COUNT: "100 or 2k",
    Kind.BYTES: "500M or 2G",
    Kind.PERMILLE: "50%",
    Kind.MICROSECONDS: "5ms",
    Kind.SECONDS: "90s, 5m or 1h30m",
    Kind.TIME: "a time like 14:05",
    Kind.YES: "yes or no",
}
_NUMBER = re.compile(r"(\d{1,30}(?:\.\d{0,10})?|\.\d{1,10})([a-z%/]*)", re.ASCII)
_DAYTIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


def kind_of(column: Column) -> Kind:
    """What a column's raw values are, told by how it formats them."""
    return _KINDS.get(column.format, Kind.TEXT)


def parse_quantity(text: str, kind: Kind) -> float:
    """Return the quantity in the raw unit of `kind`; seconds since midnight for TIME, 0 or 1 for YES.

    A bare number means bytes, percent, milliseconds for MICROSECONDS, seconds for SECONDS; raises
    BadQuantity.
    """
    lowered = text.strip().lower().replace(",", "")
    value: float | None = None
    if kind is Kind.YES:
        value = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0}.get(lowered)
    elif kind is Kind.TIME:
        value = _daytime(lowered)
    elif kind in _UNITS:
        value = _sum_of_parts(lowered, _UNITS[kind], several=kind in (Kind.SECONDS, Kind.MICROSECONDS))
    if value is None:
        raise BadQuantity(f"wants {_EXAMPLES.get(kind, 'text')}, not {text[:20]!r}")
    return value


def _sum_of_parts(text: str, units: dict[str, float], *, several: bool) -> float | None:
    """`1h30m` is the sum of its parts; None where the text is something else."""
    total, position, parts = 0.0, 0, 0
    while position < len(text):
        part = _NUMBER.match(text, position)
        if part is None or part[2] not in units or (parts and not several):
            return None
        total += float(part[1]) * units[part[2]]
        position, parts = part.end(), parts + 1
    return total if parts else None


def _daytime(text: str) -> float | None:
    match = _DAYTIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    return hours * 3600.0 + minutes * 60 + seconds if hours < 24 and minutes < 60 and seconds < 60 else None
