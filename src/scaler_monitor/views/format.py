"""Raw values to the text of one cell: pure, never wider than said, a dash for what is unknown.

Numbers are rounded to the digits that are shown, ages are of whole seconds passed; bytes below a mebibyte
are cut, as upstream's are.

Every function takes whatever the link carried and never raises: None, NaN and values of a wrong kind are
a dash. Each has a widest result (in its docstring), so that columns need not move while numbers change.
"""

from __future__ import annotations

import math
import time
from typing import Any

DASH = "-"
"""What is unknown. ASCII, so that every terminal can draw it."""

STALE_SECONDS = 5
"""`model.workers.SILENT_SECONDS`, for screens, which import no model: from then on the lag column says so."""

_IMPOSSIBLE = 2.0**63

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_TWO_DIGITS_END, _THREE_DIGITS_END = 99.95, 999.5
"""From here on a number reads as one of three, or four, digits."""


def _number(value: Any) -> float | None:
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


def _three_digits(number: float) -> str:
    """`9.9`, `99.9`, `999`: one decimal below 100, none from there on."""
    return f"{number:.1f}" if number < _TWO_DIGITS_END else f"{number:.0f}"


def format_bytes(value: Any) -> str:
    """Bytes in binary units: `512B`, `17K`, `1.5M`, `312G`; less than none are unknown. At most 5 cells."""
    number = _number(value)
    if number is None or number < 0:
        return DASH
    for unit in "BK":
        if number < 1024:
            return f"{int(number)}{unit}"
        number /= 1024
    for unit in "MGTP":
        if number < 1023.5:
            return f"{_three_digits(number)}{unit}"
        number /= 1024
    return f"{_three_digits(min(number, 999))}E"


def format_permille(value: Any) -> str:
    """Tenths of a percent as percent: 992 is `99.2%`, 12345 is `1234%`. At most 6 cells."""
    number = _number(value)
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
    number = _number(value)
    if number is None:
        return DASH
    if -99_999.5 < number < 999_999.5:
        return f"{round(number):,}"
    number /= 1000
    for unit in "kMGTP":
        if abs(number) < _THREE_DIGITS_END and not (unit == "k" and number > 0):
            return f"{_three_digits(number)}{unit}" if number >= 0 else f"{number:.0f}{unit}"
        number /= 1000
    return "999P" if number > 0 else "-999P"


def format_at_least(value: Any) -> str:
    """As `format_count`; a pair begins with how many are known and has more: `1,000+`. At most 8 cells."""
    return f"{format_count(value[0])}+" if _is_pair(value) else format_count(value)


def format_integer(value: Any) -> str:
    """A whole number with thousands marked, as long as it is."""
    number = _number(value)
    return DASH if number is None else f"{int(value):,}"


def counted(number: int | None, one: str, many: str = "") -> str:
    """How many of what: `1 task`, `1,203 tasks`, `- tasks`; `many` where that is not `one` and an s."""
    text = DASH if number is None else f"{number:,}"
    return f"{text} {one if number == 1 else many or one + 's'}"


def format_rate(value: Any) -> str:
    """Something a second: `0.0/s`, `12.3/s`, `450/s`, `12.3k/s`. At most 7 cells."""
    number = _number(value)
    if number is None:
        return DASH
    number = max(number, 0.0)
    for unit in ("", "k", "M", "G"):
        if number < _THREE_DIGITS_END:
            return f"{_three_digits(number)}{unit}/s"
        number /= 1000
    return "999G/s"


def format_age(value: Any) -> str:
    """Seconds as an age: `7s`, `3m05s`, `2h07m`, `5d03h`, `120d`. At most 6 cells (`9999d` at the most)."""
    number = _number(value)
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
    """Seconds as an age in one unit: `7s`, `99s`, `12m`, `18h`, `40d`. At most 4 cells."""
    number = _number(value)
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
    """Seconds that something took: `0`, `85us`, `1.2ms`, `345ms`, `1.23s`, `45.6s`, then as an age.

    At most 6 cells.
    """
    number = _number(value)
    if number is None:
        return DASH
    if number <= 0:
        return "0"
    if number * 1e6 < _THREE_DIGITS_END:
        return f"{max(round(number * 1e6), 1)}us"
    if number * 1e3 < _THREE_DIGITS_END:
        return f"{_three_digits(number * 1000)}ms"
    if number < 9.995:
        return f"{number:.2f}s"
    if number < 59.95:
        return f"{_three_digits(number)}s"
    return format_age(_to_nearest(number))


def _to_nearest(seconds: float) -> int:
    """The age of whole minutes, hours or days, as far as `format_age` shows them, that is nearest."""
    whole = round(seconds)
    for beginning, unit in ((_HOUR, _MINUTE), (_DAY, _HOUR), (100 * _DAY, _DAY)):
        if whole >= beginning:
            whole = round(seconds / unit) * unit
    return whole


def format_times(value: Any) -> str:
    """How many times something: `9.8x`, `123x`. At most 6 cells."""
    number = _number(value)
    return DASH if number is None else f"{_three_digits(min(max(number, 0.0), 99_999))}x"


def format_task_age(value: Any) -> str:
    """As `format_age`; the pair (seconds, times the usual) is of a task far over it: `!44s`. 7 cells."""
    return f"!{format_age(value[0])}" if _is_pair(value) else format_age(value)


def format_task_duration(value: Any) -> str:
    """As `format_duration`; the pair (seconds, times the usual) is of a task far over it. 7 cells.

    With None for the times it is of one of which no profile tells: as `format_about`.
    """
    if not _is_pair(value):
        return format_duration(value)
    return format_about(value[0]) if value[1] is None else f"!{format_duration(value[0])}"


def format_about(value: Any) -> str:
    """Seconds known to about one, seen from outside: `~0.4s`, `~9.5s`, `~45s`, `~3m05s`. 7 cells."""
    number = _number(value)
    if number is None:
        return DASH
    return f"~{max(number, 0.0):.1f}s" if number < 9.95 else f"~{format_age(_to_nearest(number))}"


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2


def format_microseconds(value: Any) -> str:
    """A round trip: `0.4ms`, `12.3ms`, `345ms`, `1.2s`, then as an age. At most 6 cells."""
    number = _number(value)
    if number is None:
        return DASH
    number = max(number, 0.0)
    if number / 1e3 < _THREE_DIGITS_END:
        return f"{_three_digits(number / 1e3)}ms"
    if number / 1e6 < _TWO_DIGITS_END:
        return f"{_three_digits(number / 1e6)}s"
    return format_age(_to_nearest(number / 1e6))


def format_lag(value: Any) -> str:
    """A worker's lag, `(Ns)` in front when it was last seen over 5 s ago. At most 13 cells.

    The value is the pair (lag in microseconds, last seen in seconds), or a lag alone. A pair without a lag is
    of a worker that has left, and the seconds are since then: `gone 2m`.
    """
    if not _is_pair(value):
        return format_microseconds(value)
    lag, seen = value
    if lag is None:
        return f"gone {format_short_age(seen)}"
    late = _number(seen)
    text = DASH if _number(lag) is None or lag < 0 else format_microseconds(lag)
    return f"({format_short_age(late)}) {text}" if late is not None and late > STALE_SECONDS else text


def format_processor(value: Any) -> str:
    """A process id; a negative number is a folded worker with that many processors: `x3`, 0 has `none`."""
    number = _number(value)
    if number is None:
        return DASH
    return (str(int(number)) if number > 0 else f"x{int(-number)}") if number else "none"


def format_time(value: Any) -> str:
    """Unix seconds as local time of day: `14:03:59`. 8 cells."""
    number = _number(value)
    if number is None:
        return DASH
    try:
        return time.strftime("%H:%M:%S", time.localtime(number))
    except (OverflowError, ValueError, OSError):
        return DASH


def format_yes(value: Any) -> str:
    """A fact that holds or not: `yes`, `no`. At most 3 cells."""
    if not isinstance(value, bool):
        return DASH
    return "yes" if value else "no"


def format_text(value: Any) -> str:
    """Text as it is; an empty one and an unknown one are a dash."""
    return str(value) if value not in (None, "") else DASH


def format_name(value: Any) -> str:
    """A name that may be empty: `(empty)`, to tell it from one that is unknown."""
    if value is None:
        return DASH
    return str(value) or "(empty)"


def format_shared_name(name: str, names: int, others: bool = False) -> str:
    """The name under which so many are counted together: `NAME x 400`, `x 1,000+` where there are others."""
    return f"{name} x {names:,}{'+' if others else ''}" if names > 1 else name


def state_label(state: str) -> str:
    """What a count of the scheduler is called: its `running` is what was sent to workers, not what runs."""
    return "running (sent)" if state == "running" else state


def format_capabilities(value: Any) -> str:
    """Names of capabilities; `none` is known to be none, a dash is unknown."""
    if value is None:
        return DASH
    return str(value) or "none"


def format_task_id(value: Any) -> str:
    """The first 8 hex digits of a task's id. 8 cells."""
    return str(value)[:8] if value else DASH


def format_object_id(value: Any) -> str:
    """The first 8 hex digits of an object's own tag; the half of its id before that is its client's."""
    text = str(value) if value else ""
    return text[len(text) // 2 :][:8] or DASH
