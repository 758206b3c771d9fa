"""Parses quantities with units in filters: `2G`, `5ms`, `50%`, `5m`, `14:05`."""

from __future__ import annotations

import re

from scaler_monitor.protocol.kinds import Unit


class BadQuantity(ValueError):
    """Not a quantity of the expected unit; the message gives an example of one."""


_DURATIONS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SUFFIXES: dict[Unit, dict[str, float]] = {
    "count": {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "/s": 1, "x": 1},
    "bytes": {"": 1, "b": 1}
    | {
        letter + suffix: 1024.0**power
        for power, letter in enumerate("kmgtp", start=1)
        for suffix in ("", "b", "ib")
    },
    "permille": {"": 10, "%": 10},
    "microseconds": {"": 1e3} | {suffix: size * 1e6 for suffix, size in _DURATIONS.items()},
    "seconds": {"": 1} | _DURATIONS,
}
_EXAMPLES: dict[Unit, str] = {
    "count": "100 or 2k",
    "bytes": "500M or 2G",
    "permille": "50%",
    "microseconds": "5ms",
    "seconds": "90s, 5m or 1h30m",
    "unix seconds": "a time like 14:05",
    "flag": "yes or no",
}
_NUMBER = re.compile(r"(\d{1,30}(?:\.\d{0,10})?|\.\d{1,10})([a-z%/]*)", re.ASCII)
_DAYTIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


def parse_quantity(text: str, unit: Unit) -> float:
    """Return the quantity in `unit`: seconds since midnight for "unix seconds", 0 or 1 for "flag".

    A number without a suffix means bytes, percent, seconds, or milliseconds if the unit is "microseconds".
    Raises BadQuantity.
    """
    lowered = text.strip().lower().replace(",", "")
    value: float | None = None
    if unit == "flag":
        value = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0}.get(lowered)
    elif unit == "unix seconds":
        value = _daytime(lowered)
    elif unit in _SUFFIXES:
        value = _sum_of_parts(lowered, _SUFFIXES[unit], several=unit in ("seconds", "microseconds"))
    if value is None:
        raise BadQuantity(f"wants {_EXAMPLES.get(unit, 'text')}, not {text[:20]!r}")
    return value


def _sum_of_parts(text: str, suffixes: dict[str, float], *, several: bool) -> float | None:
    """Return the sum of the parts of a text like `1h30m`; None if it is not a quantity."""
    total, position, parts = 0.0, 0, 0
    while position < len(text):
        part = _NUMBER.match(text, position)
        if part is None or part[2] not in suffixes or (parts and not several):
            return None
        total += float(part[1]) * suffixes[part[2]]
        position, parts = part.end(), parts + 1
    return total if parts else None


def _daytime(text: str) -> float | None:
    match = _DAYTIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    return hours * 3600.0 + minutes * 60 + seconds if hours < 24 and minutes < 60 and seconds < 60 else None
