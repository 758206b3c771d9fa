"""What the values of a column are: from its kind follow how it is written, filtered, aligned and exported."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal[
    "text",  # as it is; an empty one is unknown
    "letters",  # a few letters, each a fact, under each other
    "name",  # text that may be empty
    "capabilities",  # names of capabilities; an empty text is none at all
    "task_id",  # hex
    "object_id",  # hex
    "time",  # unix seconds
    "bytes",
    "permille",  # tenths of a percent
    "count",
    "count_or_more",  # a count, or the pair (how many are known, how many others there were)
    "rate",  # a second
    "ratio",  # times something
    "process",  # a process id, or less than 0 for so many processes
    "age",  # seconds since
    "task_age",  # seconds, or the pair (seconds, times the usual)
    "duration",  # seconds
    "task_duration",  # as "task_age"; None for the times is of a duration that no profile tells
    "latency",  # microseconds
    "lag",  # the pair (microseconds, seconds since it was seen), or microseconds
    "flag",  # true or false
]

Unit = Literal["text", "count", "bytes", "permille", "microseconds", "seconds", "unix seconds", "flag"]
"""What a filter compares with: values of several kinds share one."""

Align = Literal["left", "right"]

KINDS: tuple[Kind, ...] = get_args(Kind)

IDS: frozenset[Kind] = frozenset({"task_id", "object_id"})
"""Kinds of hex digits, shown in part."""

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
    """The unit of a kind's raw values: "text" for all that are text."""
    return _UNITS.get(kind, "text")


def is_text(kind: Kind) -> bool:
    """Whether raw values are text."""
    return kind not in _UNITS


def is_name(kind: Kind) -> bool:
    """Whether values say which thing a row is, not how it fares: they stay true when it has left."""
    return kind in _NAMES


def align_of(kind: Kind) -> Align:
    """The side on which values stand: names on the left, figures on the right."""
    return "left" if kind in _NAMES else "right"
