"""The worker task stream as lines: one row a worker under its manager's name, time to the right."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.ui.figures.span import Cells, Line, Marks, Span, fit, line_text
from scaler_monitor.ui.figures.time_axis import axis_lines, time_ticks
from scaler_monitor.ui.themes import CAPABILITY_COLOURS
from scaler_monitor.views.format import counted
from scaler_monitor.views.page import StreamBar, StreamFigure, StreamLane

AXIS_LINES = 2
LEGEND_LINES = 1
LETTERS = "abcdefgh"
FAILED_STATES = ("failed", "failedWorkerDied")
CANCELED_STATES = ("canceled", "canceledNotFound")
UNFINISHED_STATES = ("running", "queued", "suspended", "canceling", "balanceCanceling")
SOLID_FROM = 0.9
"""A task that is known only by its share of some seconds is drawn solid from this share on."""
OTHERS = CAPABILITY_COLOURS - 1
"""The legend's last place stands for all capability sets from there on."""


def name_width(width: int) -> int:
    """Cells for workers' names, with the gap after them."""
    return max(min(width // 4, 30), 6)


def time_cells(width: int) -> int:
    """Cells that are left for time."""
    return max(width - name_width(width), 1)


def state_legend(marks: Marks, width: int) -> Line:
    """What the glyphs of bars mean, in at most `width` cells, the least telling left out."""
    entries = [
        [Span(marks.running + marks.running_end), Span(" running  ", "dim")],
        [Span(marks.failed, "bad", bold=True), Span(" failed  ", "dim")],
        [Span(marks.died, "bad", bold=True), Span(" died  ", "dim")],
        [Span(marks.canceled, "warn", bold=True), Span(" canceled  ", "dim")],
        [Span(marks.shades), Span(" busy ", "dim")],
    ]
    line: Line = []
    for entry in entries:
        if len(line_text(line + entry)) > width:
            break
        line += entry
    return line


class StreamLook(NamedTuple):
    """How the stream is looked at."""

    absolute: bool = False
    cursor_worker: str = ""
    cursor_cell: int = -1
    now: float | None = None


class StreamPicture:
    """All lines of one figure in `width` x `height` cells; `lane_lines` says which line a worker is on."""

    def __init__(self, figure: StreamFigure, width: int, height: int, marks: Marks, look: StreamLook) -> None:
        self.figure, self.width, self.marks, self.look = figure, width, marks, look
        self.names, self.cells = name_width(width), time_cells(width)
        self.lane_lines: dict[str, int] = {}
        body = max(height - AXIS_LINES - LEGEND_LINES, 1)
        gap_cells = self._gap_cells()
        lines = [self._legend()]
        manager: str | None = None
        for lane in figure.lanes:
            if len(lines) - LEGEND_LINES >= body:
                break
            if lane.manager != manager:
                manager = lane.manager
                lines.append(self._manager(manager))
                if len(lines) - LEGEND_LINES >= body:
                    break
            self.lane_lines[lane.worker] = len(lines)
            lines.append(self._lane(lane, gap_cells))
        if not figure.lanes:
            why = (
                f"none of {counted(figure.workers, 'worker')} matches the filter"
                if figure.workers
                else "no worker"
            )
            lines.append([Span(f" {why} in this window", "dim")])
        lines += [[] for _ in range(body + LEGEND_LINES - len(lines))]
        ticks = time_ticks(figure.start, figure.end, self.cells, absolute=look.absolute, now=look.now)
        lines += axis_lines(ticks, self.cells, self.names, marks)
        self.lines = lines

    def _gap_cells(self) -> set[int]:
        start, span = self.figure.start, max(self.figure.end - self.figure.start, 1e-9)
        gaps: set[int] = set()
        for begin, end in self.figure.gaps:
            first = max(int((begin - start) / span * self.cells), 0)
            last = min(int((end - start) / span * self.cells), self.cells - 1)
            gaps.update(range(first, last + 1))
        return gaps

    def _legend(self) -> Line:
        marks, capabilities = self.marks, self.figure.capabilities
        line, used = [Span(" ")], 1
        named = capabilities if len(capabilities) <= CAPABILITY_COLOURS else capabilities[:OTHERS]
        entries = [(i, name or "no capability", tasks) for i, (name, tasks) in enumerate(named)]
        rest = capabilities[len(named) :]
        room = self.width - 1
        if rest:
            others = f" {len(rest):,} others {sum(tasks for _, tasks in rest):,}  "
            room -= len(others) + 1
        for i, name, tasks in entries:
            text = f" {fit(name, min(len(name), 24), marks.cut)} {tasks:,}  "
            if used + len(text) + 1 > room:
                line.append(Span(f"{marks.cut} ", "dim"))
                break
            line += [Span(LETTERS[i], "on_bar", f"capability-{i}"), Span(text)]
            used += len(text) + 1
        if rest:
            line += [Span(LETTERS[OTHERS], "on_bar", f"capability-{OTHERS}"), Span(others)]
        return line

    def _manager(self, manager: str) -> Line:
        title = fit(
            manager or "no manager", min(len(manager or "no manager"), self.width - 4), self.marks.cut
        )
        rule = self.marks.rule * max(self.width - len(title) - 4, 0)
        return [
            Span(self.marks.rule + " ", "dim"),
            Span(title, "accent", bold=True),
            Span(" " + rule, "dim"),
        ]

    def _lane(self, lane: StreamLane, gap_cells: set[int]) -> Line:
        marks, chosen = self.marks, lane.worker == self.look.cursor_worker
        faded = lane.mark in ("departed", "gone")
        row = Cells(self.cells)
        for cell in gap_cells:
            row.put(cell, marks.gap, "gap")
        for bar in lane.bars:
            self._bar(row, bar)
        if chosen and 0 <= self.look.cursor_cell < self.cells:
            under = row.glyph(self.look.cursor_cell)
            row.put(self.look.cursor_cell, under if under != " " else marks.cursor, "on_bar", "accent", True)
        mark = {"departed": marks.died, "gone": marks.died, "stale": "~"}.get(lane.mark, " ")
        name = fit(lane.worker, self.names - 2, marks.cut) + " "
        if chosen:
            return [Span(mark + name, "on_bar", "accent", True), *row.line()]
        return [Span(mark, "warn"), Span(name, "dim" if faded else ""), *row.line()]

    def _bar(self, row: Cells, bar: StreamBar) -> None:
        marks = self.marks
        first, last = max(bar.first_cell, 0), min(bar.last_cell, self.cells - 1)
        width = last - first + 1
        if width <= 0:
            return
        place = min(bar.capabilities, OTHERS)
        ink = f"capability-{place}"
        letter = LETTERS[place] if place >= 0 else ""
        if bar.state in UNFINISHED_STATES and bar.tasks == 1:
            row.put(first, marks.running * (width - 1) + marks.running_end, ink, bold=True)
            if width >= 4 and letter:
                row.put(first, letter, "on_bar", ink)
        elif bar.tasks == 1 and width > 1 and (bar.task or bar.busy >= SOLID_FROM):
            label = letter + (" " + bar.function if width >= 8 and bar.function else "")
            if len(self.figure.capabilities) < 2:
                label = bar.function if width >= 6 else ""
            row.put(first, fit(label, width - 1, marks.cut) + " ", "on_bar", ink)
        else:
            level = min(int(max(bar.busy, 0.0) * len(marks.shades)), len(marks.shades) - 1)
            row.put(first, marks.shades[level] * width, ink)
            if width >= 3 and letter and len(self.figure.capabilities) > 1:
                row.put(first, letter, ink, bold=True)
        if bar.state in UNFINISHED_STATES:
            row.put(last, marks.running_end, ink, bold=True)
        elif bar.state == "failed":
            row.put(last, marks.failed, "on_bar", "bad", True)
        elif bar.state in FAILED_STATES:
            row.put(last, marks.died, "on_bar", "bad", True)
        elif bar.state in CANCELED_STATES:
            row.put(last, marks.canceled, "on_bar", "warn", True)
