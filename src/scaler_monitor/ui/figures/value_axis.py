"""The value axis, with round ticks and a maximum that changes only if it no longer fits the values."""

from __future__ import annotations

import math
from dataclasses import dataclass

LABEL_CELLS = 7
"""Width of the labels beside a plot, with a space."""
BYTE_UNITS = ("B", "K", "M", "G", "T", "P", "E")
SHRINK_BELOW = 0.4
"""The maximum is kept while the highest value exceeds this share of it."""
LOG_DECADES = 4.0


def value_label(value: float, unit: str) -> str:
    """Return a tick's label in at most 6 cells: `0`, `512M`, `1.5G`, `250%`, `12k`."""
    if value <= 0:
        return "0"
    if unit == "bytes":
        power = min(int(math.log2(value) // 10), len(BYTE_UNITS) - 1) if value >= 1 else 0
        return _short(value / 1024**power) + BYTE_UNITS[power]
    if unit == "percent":
        return _short(value) + "%" if value < 100000 else _short(value / 1000) + "k%"
    return _short(value) if value < 10000 else _short(value / 1000) + "k"


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 or number == int(number) else f"{number:.3g}"


def _round_up(value: float, unit: str) -> float:
    """Return the smallest round step of at least `value`: a power of two for bytes, else 1, 2, 2.5 or 5."""
    if unit == "bytes":
        return float(2.0 ** max(math.ceil(math.log2(value) - 1e-9), 0))
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return next(power * multiple for multiple in (1, 2, 2.5, 5, 10) if power * multiple >= value * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class ValueScale:
    """A linear scale from 0 to `top`, or a logarithmic one from `bottom` to `top`."""

    bottom: float
    top: float
    step: float  # difference or, on a log scale, factor between ticks
    unit: str
    log: bool
    room: int  # maximum number of ticks above the bottom

    def share(self, value: float) -> float:
        """Return the position of a value, from 0 at the bottom to 1 at the top."""
        if self.log:
            if value <= self.bottom:
                return 0.0
            share = math.log(value / self.bottom) / math.log(self.top / self.bottom)
        else:
            share = value / self.top
        return min(max(share, 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Return the values of the ticks, lowest first."""
        if not self.log:
            return [self.step * i for i in range(round(self.top / self.step) + 1)]
        values, value = [], self.bottom
        while value <= self.top * 1.0001:
            values.append(value)
            value *= self.step
        return values


def fit_scale(
    highest: float | None, unit: str, *, log: bool, rows: int, held: ValueScale | None = None
) -> ValueScale:
    """Return the scale for values up to `highest`; `held`, the previous scale, if it still fits.

    For another height a new scale is computed, so that the screen does not depend on earlier heights.
    """
    highest = max(highest or 0.0, {"bytes": 1024.0 * 1024, "percent": 10.0}.get(unit, 1.0))
    room = max(min(rows // 3, 5), 1)
    alike = held is not None and (held.unit, held.log, held.room) == (unit, log, room)
    if held is not None and alike and held.top * SHRINK_BELOW < highest <= held.top:
        return held
    return (_log_scale if log else _linear_scale)(highest, unit, room)


def _linear_scale(highest: float, unit: str, room: int) -> ValueScale:
    step = _round_up(highest / room, unit)
    if unit == "tasks":  # whole tasks only
        step = max(step, 1.0)
    return ValueScale(0.0, step * math.ceil(highest / step - 1e-9), step, unit, False, room)


def _log_scale(highest: float, unit: str, room: int) -> ValueScale:
    base = 16.0 if unit == "bytes" else 10.0
    top = base ** math.ceil(math.log(highest, base) - 1e-9)
    decades = max(min(room, int(LOG_DECADES)), 1)
    return ValueScale(top / base**decades, top, base, unit, True, room)
