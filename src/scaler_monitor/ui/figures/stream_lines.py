"""Renders the worker task stream: lanes grouped by manager, with a time axis."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len

from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.page import StreamFigure, StreamLane
from scaler_monitor.ui.figures.legend_lines import capability_legend
from scaler_monitor.ui.figures.stream_bars import LaneRenderer, Piece
from scaler_monitor.ui.figures.styled_text import PLAIN, CellStyle, Line, Marks, StyledText, fit, with_cell
from scaler_monitor.ui.figures.time_axis import axis_lines, time_ticks

AXIS_LINES = 2
LEGEND_LINES = 1
GAP: CellStyle = ("gap", "", False)


def name_width(width: int) -> int:
    """Return the width of the name column with its gap, in cells."""
    return max(min(width // 4, 30), 6)


def time_cells(width: int) -> int:
    """Return the width of the time axis, in cells."""
    return max(width - name_width(width), 1)


class StreamOptions(NamedTuple):
    """Display options of the stream."""

    absolute: bool = False
    cursor_worker: str = ""
    cursor_lane: int = 0
    cursor_cell: int = -1
    now: float | None = None


class StreamRenderer:
    """Renders a figure as `lines` of `width` x `height` cells."""

    def __init__(
        self, figure: StreamFigure, width: int, height: int, marks: Marks, options: StreamOptions
    ) -> None:
        self.figure, self.width, self.marks, self.options = figure, width, marks, options
        self.names, self.cells = name_width(width), time_cells(width)
        self.lane_lines: list[int] = []
        """Line number of each of `figure.lanes` that fits, in their order."""
        self._unknown = [False] * self.cells
        for begin, end in figure.gaps:
            first, last = max(self._cell(begin), 0), min(self._cell(end), self.cells - 1)
            self._unknown[first : last + 1] = [True] * (last + 1 - first)
        body = max(height - AXIS_LINES - LEGEND_LINES, 1)
        self.lines = [capability_legend(figure.capabilities, width, marks), *self._lanes(body)]
        self.lines += [[] for _ in range(body + LEGEND_LINES - len(self.lines))]
        ticks = time_ticks(figure.start, figure.end, self.cells, absolute=options.absolute, now=options.now)
        self.lines += axis_lines(ticks, self.cells, self.names, marks)

    def _lanes(self, body: int) -> list[Line]:
        """Return the lanes with a line per manager, in at most `body` lines."""
        if not self.figure.lanes:
            workers = self.figure.workers
            why = (
                f"none of {count_with_noun(workers, 'worker')} matches the filter" if workers else "no worker"
            )
            return [[StyledText(f" {why} in this window", "dim")]]
        lines: list[Line] = []
        needed = sum(1 for _, tasks in self.figure.capabilities if tasks)
        renderer = LaneRenderer(self.cells, self.marks, self.figure.sets, lettered=needed > 1)
        manager: str | None = None
        for lane in self.figure.lanes:
            if lane.manager != manager:
                manager = lane.manager
                lines.append(self._manager(manager))
            if len(lines) >= body:
                break
            self.lane_lines.append(LEGEND_LINES + len(lines))
            lines.append(self._lane(lane, renderer))
        return lines[:body]

    def _cell(self, moment: float) -> int:
        start, end = self.figure.start, self.figure.end
        return int((moment - start) / max(end - start, 1e-9) * self.cells)

    def _manager(self, manager: str) -> Line:
        name = manager or "no manager"
        title = fit(name, min(cell_len(name), self.width - 4), self.marks.cut)
        rule = self.marks.rule * max(self.width - cell_len(title) - 4, 0)
        return [
            StyledText(self.marks.rule + " ", "dim"),
            StyledText(title, "accent", bold=True),
            StyledText(" " + rule, "dim"),
        ]

    def _lane(self, lane: StreamLane, renderer: LaneRenderer) -> Line:
        options = self.options
        unknown = self._unknown
        if lane.lane and self.figure.merged_until is not None:
            unknown = [True] * self._cell(self.figure.merged_until)
            unknown += self._unknown[len(unknown) :]

        def blank(first: int, end: int) -> Iterable[Piece]:
            for gap, run in groupby(unknown[first:end]):
                cells = sum(1 for _ in run)
                yield (self.marks.gap * cells, GAP) if gap else (" " * cells, PLAIN)

        line = renderer.line(lane.bars, blank)
        chosen = (lane.worker, lane.lane) == (options.cursor_worker, options.cursor_lane)
        if chosen and 0 <= options.cursor_cell < self.cells:
            line = with_cell(line, options.cursor_cell, StyledText(self.marks.cursor, "accent", bold=True))
        return [*self._name(lane, chosen), *line]

    def _name(self, lane: StreamLane, chosen: bool) -> Line:
        """Return the text before a lane: the worker's name, or the number of a further lane."""
        marks = self.marks
        if lane.lane:
            name = f"{'':{max(self.names - 5, 1)}}{lane.lane + 1:>2}"
        else:
            name = {"departed": marks.died, "gone": marks.died, "stale": "~"}.get(lane.mark, " ")
            name += lane.worker
        name = fit(name, self.names - 1, marks.cut) + " "
        if chosen:
            return [StyledText(name, "on_bar", "accent", True)]
        if lane.lane:
            return [StyledText(name, "dim")]
        faded = lane.mark in ("departed", "gone")
        return [StyledText(name[0], "warn"), StyledText(name[1:], "dim" if faded else "")]
