"""Formats of durations, ages, lags and times of day. Ages are rounded down to whole seconds."""

from __future__ import annotations

import time
from typing import Any

from scaler_monitor.protocol.format.number import (
    DASH,
    THREE_DIGITS_END,
    TWO_DIGITS_END,
    is_pair,
    three_digits,
    to_number,
)

STALE_SECONDS = 5
"""Same value as `model.workers.SILENT_SECONDS`, for screens, which must not import the model."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def format_age(value: Any) -> str:
    """Return seconds as an age: `7s`, `3m05s`, `2h07m`, `5d03h`, `120d`, up to `9999d`. At most 6 cells."""
    number = to_number(value)
    if number is None:
        return DASH
    seconds = max(int(number), 0)
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m{seconds % _MINUTE:02d}s"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h{seconds % _HOUR // _MINUTE:02d}m"
    days = seconds // _DAY
    return f"{days}d{seconds % _DAY // _HOUR:02d}h" if days < 100 else f"{min(days, 9999)}d"


def format_short_age(value: Any) -> str:
    """Return seconds as an age in one unit: `7s`, `99s`, `12m`, `18h`, `40d`. At most 4 cells."""
    number = to_number(value)
    if number is None:
        return DASH
    seconds = max(int(number), 0)
    if seconds < 100:
        return f"{seconds}s"
    for size, unit, limit in ((_MINUTE, "m", 100), (_HOUR, "h", 100), (_DAY, "d", 999)):
        if seconds // size < limit:
            return f"{seconds // size}{unit}"
    return "999d"


def format_duration(value: Any) -> str:
    """Return a duration of seconds: `0`, `85us`, `1.2ms`, `345ms`, `1.23s`, `45.6s`, then as an age.

    At most 6 cells.
    """
    number = to_number(value)
    if number is None:
        return DASH
    if number <= 0:
        return "0"
    if number * 1e6 < THREE_DIGITS_END:
        return f"{max(round(number * 1e6), 1)}us"
    if number * 1e3 < THREE_DIGITS_END:
        return f"{three_digits(number * 1000)}ms"
    if number < 9.995:
        return f"{number:.2f}s"
    if number < 59.95:
        return f"{three_digits(number)}s"
    return format_age(_to_nearest(number))


def _to_nearest(seconds: float) -> int:
    """Return seconds rounded to the unit that `format_age` shows for them."""
    whole = round(seconds)
    for beginning, unit in ((_HOUR, _MINUTE), (_DAY, _HOUR), (100 * _DAY, _DAY)):
        if whole >= beginning:
            whole = round(seconds / unit) * unit
    return whole


def format_task_age(value: Any) -> str:
    """Return an age as `format_age` does; the pair (seconds, factor) is an overdue task: `!44s`. 7 cells."""
    return f"!{format_age(value[0])}" if is_pair(value) else format_age(value)


def format_task_duration(value: Any) -> str:
    """Return a duration as `format_duration` does; the pair (seconds, factor) is an overdue task: `!44.0s`.

    The factor None means that there is no profile: as `format_approximate`. At most 7 cells.
    """
    if not is_pair(value):
        return format_duration(value)
    return format_approximate(value[0]) if value[1] is None else f"!{format_duration(value[0])}"


def format_approximate(value: Any) -> str:
    """Return seconds that are known to about one second: `~0.4s`, `~9.5s`, `~45s`, `~3m05s`. 7 cells."""
    number = to_number(value)
    if number is None:
        return DASH
    return f"~{max(number, 0.0):.1f}s" if number < 9.95 else f"~{format_age(_to_nearest(number))}"


def format_microseconds(value: Any) -> str:
    """Return microseconds of a round trip: `0.4ms`, `12.3ms`, `345ms`, `1.2s`, then as an age. 6 cells."""
    number = to_number(value)
    if number is None:
        return DASH
    number = max(number, 0.0)
    if number / 1e3 < THREE_DIGITS_END:
        return f"{three_digits(number / 1e3)}ms"
    if number / 1e6 < TWO_DIGITS_END:
        return f"{three_digits(number / 1e6)}s"
    return format_age(_to_nearest(number / 1e6))


def format_lag(value: Any) -> str:
    """Return a worker's lag, with `(Ns)` before it if it was last seen over 5 s ago. At most 13 cells.

    The value is the pair (lag in microseconds, seconds since last seen), or only the lag. In a pair with the
    lag None, the seconds are those since the worker departed: `gone 2m`.
    """
    if not is_pair(value):
        return format_microseconds(value)
    lag, seen = value
    if lag is None:
        return f"gone {format_short_age(seen)}"
    late = to_number(seen)
    text = DASH if to_number(lag) is None or lag < 0 else format_microseconds(lag)
    return f"({format_short_age(late)}) {text}" if late is not None and late > STALE_SECONDS else text


def format_time(value: Any) -> str:
    """Return unix seconds as local time of day: `14:03:59`. 8 cells."""
    number = to_number(value)
    if number is None:
        return DASH
    try:
        return time.strftime("%H:%M:%S", time.localtime(number))
    except (OverflowError, ValueError, OSError):
        return DASH
