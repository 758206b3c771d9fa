"""Figures and names as sentences have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scaler_monitor.protocol.format.amounts import count_with_noun, format_bytes
from scaler_monitor.protocol.format.durations import format_age, format_time

NAMED = 3
"""Names in one sentence."""

bytes_of = format_bytes
age_of = format_age
count_of = count_with_noun


def clock_of(time: float) -> str:
    """The local time of day, `02:14`."""
    return format_time(time)[:5]


def names_of(names: Sequence[str], most: int = NAMED) -> str:
    """The first names, and how many more: `a, b and 4 more`."""
    first = ", ".join(name or "(empty)" for name in names[:most])
    more = len(names) - most
    return f"{first} and {more:,} more" if more > 0 else first


def needs_of(needs: Iterable[str]) -> str:
    """Names of capabilities as the subject of a finding has them."""
    return " ".join(sorted(needs))


def verb(count: int, one: str, many: str) -> str:
    """The verb that goes with a count."""
    return one if count == 1 else many
