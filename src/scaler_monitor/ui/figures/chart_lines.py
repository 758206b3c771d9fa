"""Renders charts as text: the first series is an area, others are lines with a colour and a letter."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.protocol.page import ChartFigure, ChartSeries
from scaler_monitor.ui.figures.styled_text import Cells, Line, Marks, StyledText, draw_column
from scaler_monitor.ui.figures.time_axis import axis_lines, time_ticks
from scaler_monitor.ui.figures.value_axis import LABEL_CELLS, ValueScale, fit_scale, value_label
from scaler_monitor.ui.glyphs import cut_end

LETTERS = "ABCDEFGH"
NOTHING = "no report in this window"
BRAILLE_BASE = 0x2800
BRAILLE_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""Bits of the dots in a braille cell, by column, lowest first."""
JOINED_LEVELS = 6
"""Maximum vertical distance of dots that are connected; longer lines would hide other series."""


class ChartOptions(NamedTuple):
    """Display options of a chart."""

    log: bool = False
    absolute: bool = False
    now: float | None = None
    moment: float | None = None  # unix seconds of the cursor; None means no cursor


def plot_cells(width: int) -> int:
    """Return the width of the plot without labels, in cells."""
    return max(width - LABEL_CELLS, 1)


class ChartRenderer:
    """Renders a chart whose series have the same unit; pass `scale` as `held` to the next renderer."""

    def __init__(
        self,
        figure: ChartFigure,
        series: list[ChartSeries],
        width: int,
        height: int,
        marks: Marks,
        options: ChartOptions,
        held: ValueScale | None = None,
        title: str = "",
    ) -> None:
        self.marks, self.cells, self.title = marks, plot_cells(width), title
        self.rows = max(height - 3, 1)
        unit = series[0].unit if series else ""
        known = [value for one in series for value in one.values if value is not None]
        self.scale = fit_scale(
            max(known) if known else None, unit, log=options.log, rows=self.rows, held=held
        )
        grid = [Cells(self.cells) for _ in range(self.rows)]
        labels = self._tick_labels(grid)
        self._draw_gaps(grid, figure)
        self.cursor_cell = self._cursor_cell(figure, options)
        for place, one in enumerate(series):
            if place == 0:
                self._draw_area(grid, one)
            else:
                self._draw_line(grid, one, place)
        if self.cursor_cell is not None:
            for row in grid:
                row.restyle(self.cursor_cell, "on_bar", "accent")
            grid[-1].write(self.cursor_cell, marks.cursor, "on_bar", "accent", bold=True)
        if not known:
            grid[self.rows // 2].write(0, f" {NOTHING} ".ljust(self.cells), "dim")
        ticks = time_ticks(figure.start, figure.end, self.cells, absolute=options.absolute, now=options.now)
        self.lines: list[Line] = [self._legend(series, width, options)]
        for y, row in enumerate(grid):
            label = f"{labels.get(y, ''):>{LABEL_CELLS - 1}} "
            self.lines.append([StyledText(label, "dim"), *row.line()])
        self.lines += axis_lines(ticks, self.cells, LABEL_CELLS, marks)

    def _cursor_cell(self, figure: ChartFigure, options: ChartOptions) -> int | None:
        if options.moment is None or not figure.start <= options.moment <= figure.end:
            return None
        share = (options.moment - figure.start) / max(figure.end - figure.start, 1e-9)
        return min(int(share * self.cells), self.cells - 1)

    def _value(self, series: ChartSeries) -> float | None:
        """Return the value for the legend: at the cursor, else the newest; None if unknown."""
        if self.cursor_cell is not None:
            return self._cell_value(series, self.cursor_cell)
        return next((value for value in reversed(series.values) if value is not None), None)

    def _legend(self, series: list[ChartSeries], width: int, options: ChartOptions) -> Line:
        line = [StyledText(f" {self.title:<{LABEL_CELLS}}", bold=True)]
        used = len(line[0].text)
        for place, one in enumerate(series):
            value = self._value(one)
            text = f" {one.name}: {'-' if value is None else value_label(value, one.unit)}  "
            text = cut_end(text, max(width - used - 1, 0), self.marks.cut)
            colour, background = ("on_bar", f"capability-{place}") if place else ("text", "area")
            line += [StyledText(LETTERS[place % 8], colour, background), StyledText(text)]
            used += len(text) + 1
        note = "log" if options.log else "linear"
        if width - used > len(note) + 1:
            line += [StyledText(" " * (width - used - len(note) - 1)), StyledText(note, "dim")]
        return line

    def _tick_labels(self, grid: list[Cells]) -> dict[int, str]:
        labels: dict[int, str] = {}
        for value in self.scale.ticks():
            y = self.rows - 1 - min(int(self.scale.share(value) * self.rows), self.rows - 1)
            if y not in labels:
                labels[y] = value_label(value, self.scale.unit)
                if y < self.rows - 1:
                    grid[y].write(0, ("·" if self.marks.braille else ".") * self.cells, "gap")
        return labels

    def _draw_gaps(self, grid: list[Cells], figure: ChartFigure) -> None:
        span = max(figure.end - figure.start, 1e-9)
        for begin, end in figure.gaps:
            first = max(int((begin - figure.start) / span * self.cells), 0)
            last = min(int((end - figure.start) / span * self.cells), self.cells - 1)
            for row in grid:
                row.write(first, self.marks.gap * (last - first + 1), "gap")

    def _cell_value(self, series: ChartSeries, x: int) -> float | None:
        """Return the newest value in cell `x`; with braille dots a cell has two."""
        count = len(series.values)
        first = x * count // self.cells
        here = series.values[first : max((x + 1) * count // self.cells, first + 1)]
        return next((value for value in reversed(here) if value is not None), None)

    def _draw_area(self, grid: list[Cells], series: ChartSeries) -> None:
        for x in range(self.cells):
            value = self._cell_value(series, x)
            if value is not None:
                draw_column(grid, x, self.scale.share(value), self.marks, "area")

    def _draw_line(self, grid: list[Cells], series: ChartSeries, place: int) -> None:
        colour = f"capability-{place}"
        if self.marks.braille:
            self._draw_braille(grid, series, colour)
        last: tuple[int, int] | None = None
        for x in range(self.cells):
            value = self._cell_value(series, x)
            if value is None:
                continue
            y = self.rows - 1 - min(int(self.scale.share(value) * self.rows), self.rows - 1)
            if not self.marks.braille:
                grid[y].write(x, LETTERS[place % 8].lower(), colour, bold=True)
            last = (x, y)
        if last is not None:
            grid[last[1]].write(last[0], LETTERS[place % 8], "on_bar", colour)

    def _draw_braille(self, grid: list[Cells], series: ChartSeries, colour: str) -> None:
        dots: dict[tuple[int, int], int] = {}
        previous: int | None = None
        count = len(series.values)
        for position in range(self.cells * 2 if count else 0):
            value = series.values[position * count // (self.cells * 2)]
            if value is None:
                previous = None
                continue
            height = min(int(self.scale.share(value) * self.rows * 4), self.rows * 4 - 1)
            near = previous is not None and abs(height - previous) <= JOINED_LEVELS
            low, high = sorted((height, previous if previous is not None and near else height))
            for level in range(low, high + 1):
                cell = (position // 2, self.rows - 1 - level // 4)
                dots[cell] = dots.get(cell, 0) | BRAILLE_DOTS[position % 2][level % 4]
            previous = height
        for (x, y), pattern in dots.items():
            under = grid[y].glyph(x)
            background = "area" if under in self.marks.blocks[5:] else grid[y].background(x)
            if 0 <= ord(under) - BRAILLE_BASE < 256:
                pattern |= ord(under) - BRAILLE_BASE
            grid[y].write(x, chr(BRAILLE_BASE + pattern), colour, background, bold=True)
