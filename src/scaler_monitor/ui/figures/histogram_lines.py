"""Renders a histogram of durations as text, with a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scaler_monitor.protocol.page import ChartFigure
from scaler_monitor.ui.figures.styled_text import Cells, Line, Marks, StyledText, draw_column
from scaler_monitor.ui.figures.time_axis import axis_lines
from scaler_monitor.ui.figures.value_axis import LABEL_CELLS, fit_scale, value_label

TICK_CELLS = 12
FEW_BINS, LEAST_FACTOR, WIDE_FACTOR = 4, 1.1, 2.0
"""A histogram with fewer than `FEW_BINS` bins and a range below `WIDE_FACTOR` gets `FEW_BINS` empty bins on
both sides, each at least `LEAST_FACTOR` times as long as the previous one."""
MOST_BINS = 64
"""Maximum number of bins; more would mostly show random differences."""
ROUND_DURATIONS = (
    *(multiple * 10.0**power for power in range(-6, 1) for multiple in (1, 2, 5)),
    *(10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 21600.0, 86400.0),
)
CLOSE_DURATIONS = (
    *(multiple * 10.0**power for power in range(-6, 1) for multiple in (1, 1.5, 2, 3, 4, 5, 6, 8)),
    *(
        10.0,
        15.0,
        20.0,
        30.0,
        40.0,
        50.0,
        60.0,
        90.0,
        120.0,
        180.0,
        240.0,
        300.0,
        420.0,
        600.0,
        900.0,
        1200.0,
    ),
    *(multiple * 3600.0 for multiple in (0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 18, 24)),
)
"""Ticks if fewer than `FEW_TICKS` of ROUND_DURATIONS are on the axis."""
FEW_TICKS = 3


def duration_label(seconds: float) -> str:
    """Return a label for a duration in seconds: `200ms`, `5s`, `30m`."""
    units = ((3600.0, "h"), (60.0, "m"), (1.0, "s"), (1e-3, "ms"))
    size, unit = next(((size, unit) for size, unit in units if seconds >= size * (1 - 1e-9)), (1e-6, "us"))
    return f"{seconds / size:g}{unit}"


def duration_ticks(low: float, high: float, cells: int) -> list[tuple[int, str]]:
    """Return ticks at round durations on a logarithmic axis: (cell, label)."""
    if not 0 < low < high:
        return []
    ticks = _ticks_at(ROUND_DURATIONS, low, high, cells)
    return ticks if len(ticks) >= FEW_TICKS else _ticks_at(CLOSE_DURATIONS, low, high, cells)


def _ticks_at(round_durations: Sequence[float], low: float, high: float, cells: int) -> list[tuple[int, str]]:
    ticks, free = [], 0
    for seconds in round_durations:
        if low <= seconds <= high:
            cell = min(int(math.log(seconds / low) / math.log(high / low) * cells), cells - 1)
            if cell >= free:
                ticks.append((cell, duration_label(seconds)))
                free = cell + TICK_CELLS
    return ticks


def histogram_cells(width: int) -> int:
    """Return the width of the plot without labels, in cells."""
    return max(width - LABEL_CELLS, 1)


def histogram_lines(figure: ChartFigure, width: int, height: int, marks: Marks) -> list[Line]:
    """Return the first series of `figure` as lines in `width` x `height` cells."""
    cells, rows = histogram_cells(width), max(height - 2, 1)
    low, high, values = _with_margins(figure)
    if not any(values):
        return [[StyledText(" no durations known", "dim")]] + [[] for _ in range(height - 1)]
    bins = [values[x * len(values) // cells] for x in range(cells)]
    scale = fit_scale(max(values), "tasks", log=False, rows=rows)
    lines: list[Line] = []
    labels: dict[int, str] = {}
    for value in scale.ticks():
        y = rows - 1 - min(int(scale.share(value) * rows), rows - 1)
        labels.setdefault(y, value_label(value, "tasks"))
    grid = [Cells(cells) for _ in range(rows)]
    for x, value in enumerate(bins):
        if value:
            draw_column(grid, x, scale.share(value), marks, "capability-0")
    for y, row in enumerate(grid):
        lines.append([StyledText(f"{labels.get(y, ''):>{LABEL_CELLS - 1}} ", "dim"), *row.line()])
    ticks = duration_ticks(low, high, cells)
    return lines + axis_lines(ticks, cells, LABEL_CELLS, marks)


def _with_margins(figure: ChartFigure) -> tuple[float, float, list[float]]:
    """Return (shortest, longest, bins) of a figure, with empty bins on both sides if there are few."""
    values = [value or 0.0 for value in figure.series[0].values] if figure.series else []
    narrow = 0 < figure.start <= figure.end < WIDE_FACTOR * figure.start
    if len(values) >= FEW_BINS or not narrow:
        return figure.start, figure.end, values
    factor = max((figure.end / figure.start) ** (1 / max(len(values), 1)), LEAST_FACTOR) ** FEW_BINS
    empty = [0.0] * FEW_BINS
    return figure.start / factor, figure.end * factor, empty + values + empty
