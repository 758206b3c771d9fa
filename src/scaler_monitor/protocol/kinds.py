"""Kinds of column values. The kind decides how a value is formatted, filtered, aligned and exported."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal[
    "text",  # shown unchanged; empty means unknown
    "letters",  # a few letters, one flag each, at fixed positions
    "name",  # text; an empty name is valid
    "capabilities",  # names of capabilities; empty means that there are none
    "task_id",  # hex
    "object_id",  # hex
    "time",  # unix seconds
    "bytes",
    "permille",  # tenths of a percent
    "count",
    "count_or_more",  # a count, or the pair (number known, number of others)
    "rate",  # per second
    "ratio",  # a factor, such as 9.8x
    "process",  # a process id; a negative value is a number of processes
    "age",  # seconds since an event
    "task_age",  # seconds, or the pair (seconds, factor over the usual duration)
    "duration",  # seconds
    "task_duration",  # as "task_age"; the factor None marks a duration measured without a profile
    "latency",  # microseconds
    "lag",  # the pair (microseconds, seconds since the last heartbeat), or microseconds
    "flag",  # true or false
]

Unit = Literal["text", "count", "bytes", "permille", "microseconds", "seconds", "unix seconds", "flag"]
"""The unit of the numbers in a filter; several kinds share a unit."""

Align = Literal["left", "right"]

KINDS: tuple[Kind, ...] = get_args(Kind)

IDS: frozenset[Kind] = frozenset({"task_id", "object_id"})
"""Kinds of hex ids; a cell shows only a part of the digits."""

_NAMES: frozenset[Kind] = IDS | {"text", "name", "capabilities", "time"}

_UNITS: dict[Kind, Unit] = {
    "time": "unix seconds",
    "bytes": "bytes",
    "permille": "permille",
    "count": "count",
    "count_or_more": "count",
    "rate": "count",
    "ratio": "count",
    "process": "count",
    "age": "seconds",
    "task_age": "seconds",
    "duration": "seconds",
    "task_duration": "seconds",
    "latency": "microseconds",
    "lag": "microseconds",
    "flag": "flag",
}


def unit_of(kind: Kind) -> Unit:
    """Return the unit of a kind's raw values; "text" for every kind of text."""
    return _UNITS.get(kind, "text")


def is_text(kind: Kind) -> bool:
    """Return whether raw values of the kind are text."""
    return kind not in _UNITS


def is_name(kind: Kind) -> bool:
    """Return whether values identify the entity, so that they stay valid after it has departed."""
    return kind in _NAMES


def align_of(kind: Kind) -> Align:
    """Return the alignment of a cell: names on the left, numbers on the right."""
    return "left" if kind in _NAMES else "right"
