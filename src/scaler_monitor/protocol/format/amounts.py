"""How many, how much, how often: bytes, counts, shares, rates.

Numbers are rounded to the digits that are shown; bytes below a mebibyte are cut, as upstream's are.
"""

from __future__ import annotations

from typing import Any

from scaler_monitor.protocol.format.number import DASH, THREE_DIGITS_END, is_pair, number_of, three_digits


def format_bytes(value: Any) -> str:
    """Bytes in binary units: `512B`, `17K`, `1.5M`, `312G`; less than none are unknown. At most 5 cells."""
    number = number_of(value)
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
    """Tenths of a percent as percent: 992 is `99.2%`, 12345 is `1234%`. At most 6 cells."""
    number = number_of(value)
    if number is None:
        return DASH
    percent = number / 10
    if percent < 999.95:
        return f"{percent:.1f}%"
    if percent < 99_999.5:
        return f"{percent:.0f}%"
    return f"{min(round(percent / 1000), 9999)}k%"


def format_count(value: Any) -> str:
    """A count with thousands marked: `1,234`; from a million on `1.2M`, `34.5G`. At most 7 cells.

    A negative one has no room for so many digits: `-99,999`, then `-150k`, `-2M`.
    """
    number = number_of(value)
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


def format_at_least(value: Any) -> str:
    """As `format_count`; a pair begins with how many are known and has more: `1,000+`. At most 8 cells."""
    return f"{format_count(value[0])}+" if is_pair(value) else format_count(value)


def format_integer(value: Any) -> str:
    """A whole number with thousands marked, as long as it is."""
    number = number_of(value)
    return DASH if number is None else f"{int(value):,}"


def counted(number: int | None, one: str, many: str = "") -> str:
    """How many of what: `1 task`, `1,203 tasks`, `- tasks`; `many` where that is not `one` and an s."""
    text = DASH if number is None else f"{number:,}"
    return f"{text} {one if number == 1 else many or one + 's'}"


def format_rate(value: Any) -> str:
    """Something a second: `0.0/s`, `12.3/s`, `450/s`, `12.3k/s`. At most 7 cells."""
    number = number_of(value)
    if number is None:
        return DASH
    number = max(number, 0.0)
    for unit in ("", "k", "M", "G"):
        if number < THREE_DIGITS_END:
            return f"{three_digits(number)}{unit}/s"
        number /= 1000
    return "999G/s"


def format_times(value: Any) -> str:
    """How many times something: `9.8x`, `123x`. At most 6 cells."""
    number = number_of(value)
    return DASH if number is None else f"{three_digits(min(max(number, 0.0), 99_999))}x"
