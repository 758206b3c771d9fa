"""Formatting of figures and names in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scaler_monitor.protocol.format.durations import format_time

NAMED = 3
"""Largest number of names in one sentence."""


def format_clock(time: float) -> str:
    """Return the local time of day: `02:14`."""
    return format_time(time)[:5]


def list_names(names: Sequence[str], most: int = NAMED) -> str:
    """Return the first names and the number of others: `a, b and 4 more`."""
    first = ", ".join(name or "(empty)" for name in names[:most])
    more = len(names) - most
    return f"{first} and {more:,} more" if more > 0 else first


def join_names(needs: Iterable[str]) -> str:
    """Return the names of capabilities, sorted and separated by spaces, as the subject of a finding."""
    return " ".join(sorted(needs))


def verb(count: int, one: str, many: str) -> str:
    """Return the verb form that agrees with a count."""
    return one if count == 1 else many
