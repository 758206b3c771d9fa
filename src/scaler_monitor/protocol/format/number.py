"""What all cells share: whether a value is a number, how many digits are shown, what stands for none."""

from __future__ import annotations

import math
from typing import Any

DASH = "-"
"""What is unknown. ASCII, so that every terminal can draw it."""

_IMPOSSIBLE = 2.0**63

TWO_DIGITS_END, THREE_DIGITS_END = 99.95, 999.5
"""From here on a number reads as one of three, or four, digits."""


def number_of(value: Any) -> float | None:
    """The value as a float; None for anything else (a bool is no number here).

    Nor is one from 2**63 on: a peer that does not know fills in the greatest number that there is.
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number < _IMPOSSIBLE else None


def three_digits(number: float) -> str:
    """`9.9`, `99.9`, `999`: one decimal below 100, none from there on."""
    return f"{number:.1f}" if number < TWO_DIGITS_END else f"{number:.0f}"


def is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2
