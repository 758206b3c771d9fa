"""Helpers of all formats: conversion to a number, number of digits, the dash for unknown."""

from __future__ import annotations

import math
from typing import Any

DASH = "-"
"""Text of an unknown value; ASCII, so that every terminal can show it."""

_IMPOSSIBLE = 2.0**63

TWO_DIGITS_END, THREE_DIGITS_END = 99.95, 999.5
"""From these values on, a rounded number has three, or four, digits before the decimal point."""


def to_number(value: Any) -> float | None:
    """Return the value as a float; None if it is not a finite number, or a bool.

    None also from 2**63 on: peers send the maximum integer for unknown.
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number < _IMPOSSIBLE else None


def three_digits(number: float) -> str:
    """Return a number with one decimal below 100, none from 100 on: `9.9`, `99.9`, `999`."""
    return f"{number:.1f}" if number < TWO_DIGITS_END else f"{number:.0f}"


def is_pair(value: Any) -> bool:
    """Return whether the value is a list or tuple of two."""
    return isinstance(value, list | tuple) and len(value) == 2
