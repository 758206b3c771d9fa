"""The time axis, with ticks at round times, which move steadily with the data."""

from __future__ import annotations

import math
import time

from scaler_monitor.ui.figures.styled_text import Cells, Line, Marks

STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
TICK_CELLS = 14
"""Minimum distance of ticks in cells."""


def tick_step(seconds: float, cells: int) -> int:
    """Return the seconds between ticks, so that labels fit."""
    wanted = seconds * TICK_CELLS / max(cells, 1)
    return next((step for step in STEPS_SECONDS if step >= wanted), STEPS_SECONDS[-1])


def relative_label(seconds_ago: float) -> str:
    """Return a label like `now`, `-45s`, `-2m30s`, `-1h05m`."""
    whole = round(seconds_ago)
    if whole <= 0:
        return "now"
    if whole < 60:
        return f"-{whole}s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"-{minutes}m{rest:02d}s" if rest else f"-{minutes}m"
    hours, rest = divmod(whole, 3600)
    return f"-{hours}h{rest // 60:02d}m"


def absolute_label(moment: float, step: float) -> str:
    """Return the local time of day, with seconds if ticks are less than a minute apart."""
    return time.strftime("%H:%M:%S" if step < 60 else "%H:%M", time.localtime(moment))


def time_ticks(
    start: float, end: float, cells: int, *, absolute: bool, now: float | None = None
) -> list[tuple[int, str]]:
    """Return the ticks of an axis of `cells` cells from `start` to `end` (unix seconds): (cell, label).

    Relative ticks are at round distances before `now` (None: `end`), absolute ticks at round local times.
    """
    span = end - start
    if span <= 0 or cells <= 0:
        return []
    step = tick_step(span, cells)
    if absolute:
        offset = time.localtime(start).tm_gmtoff
        moment = float(math.ceil((start + offset) / step) * step - offset)
        moments: list[tuple[float, str]] = []
        while moment <= end:
            moments.append((moment, absolute_label(moment, step)))
            moment += step
    else:
        now = end if now is None else now
        ago = math.floor((now - start) / step) * step
        moments = []
        while ago >= max(now - end, 0) - 1e-6:
            moments.append((now - ago, relative_label(ago)))
            ago -= step
    return [(min(int((moment - start) / span * cells), cells - 1), label) for moment, label in moments]


def axis_lines(ticks: list[tuple[int, str]], cells: int, indent: int, marks: Marks) -> list[Line]:
    """Return two lines: the axis with its ticks, and the labels that do not overlap."""
    rule, labels = Cells(indent + cells), Cells(indent + cells)
    rule.write(indent, marks.rule * cells, "dim")
    free = 0
    for cell, label in ticks:
        rule.write(indent + cell, marks.tick, "dim")
        x = min(max(indent + cell - len(label) // 2, indent), indent + cells - len(label))
        if x >= free:
            labels.write(x, label, "dim")
            free = x + len(label) + 1
    return [rule.line(), labels.line()]
