"""Formats of bytes, counts, shares and rates.

Numbers are rounded to the digits shown; bytes below one mebibyte are truncated, as in upstream's scaler_top.
"""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.format.number import DASH, THREE_DIGITS_END, is_pair, three_digits, to_number


def format_bytes(value: Any) -> str:
    """Return bytes in binary units: `512B`, `17K`, `1.5M`, `312G`. Negative is unknown. At most 5 cells."""
    number = to_number(value)
    if number is None or number < 0:
        return DASH
    for unit in "BK":
        if number < 1024:
            return f"{int(number)}{unit}"
        number /= 1024
    for unit in "MGTP":
        if number < 1023.5:
            return f"{three_digits(number)}{unit}"
        number /= 1024
    return f"{three_digits(min(number, 999))}E"


def format_permille(value: Any) -> str:
    """Return tenths of a percent as percent: 992 is `99.2%`, 12345 is `1234%`. At most 6 cells."""
    number = to_number(value)
    if number is None:
        return DASH
    percent = number / 10
    if percent < 999.95:
        return f"{percent:.1f}%"
    if percent < 99_999.5:
        return f"{percent:.0f}%"
    return f"{min(round(percent / 1000), 9999)}k%"


def format_count(value: Any) -> str:
    """Return a count with thousands separators: `1,234`; from a million on `1.2M`, `34.5G`. At most 7 cells.

    Negative counts are abbreviated earlier: `-99,999`, then `-150k`, `-2M`.
    """
    number = to_number(value)
    if number is None:
        return DASH
    if -99_999.5 < number < 999_999.5:
        return f"{round(number):,}"
    number /= 1000
    for unit in "kMGTP":
        if abs(number) < THREE_DIGITS_END and not (unit == "k" and number > 0):
            return f"{three_digits(number)}{unit}" if number >= 0 else f"{number:.0f}{unit}"
        number /= 1000
    return "999P" if number > 0 else "-999P"


def format_count_or_more(value: Any) -> str:
    """Return a count as `format_count` does; of a pair the first, with a plus: `1,000+`. At most 8 cells."""
    return f"{format_count(value[0])}+" if is_pair(value) else format_count(value)


def format_integer(value: Any) -> str:
    """Return a whole number with thousands separators, with all its digits."""
    number = to_number(value)
    return DASH if number is None else f"{int(value):,}"


def count_with_noun(number: int | None, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 task`, `1,203 tasks`, `- tasks`. `many` is an irregular plural."""
    text = DASH if number is None else f"{number:,}"
    return f"{text} {one if number == 1 else many or one + 's'}"


def format_rate(value: Any) -> str:
    """Return a rate per second: `0.0/s`, `12.3/s`, `450/s`, `12.3k/s`. At most 7 cells."""
    number = to_number(value)
    if number is None:
        return DASH
    number = max(number, 0.0)
    for unit in ("", "k", "M", "G"):
        if number < THREE_DIGITS_END:
            return f"{three_digits(number)}{unit}/s"
        number /= 1000
    return "999G/s"


def format_ratio(value: Any) -> str:
    """Return a factor: `9.8x`, `123x`. At most 6 cells."""
    number = to_number(value)
    return DASH if number is None else f"{three_digits(min(max(number, 0.0), 99_999))}x"
