"""The Worker Task Stream tab: a row a worker, a bar a task, and a cursor that stays on a bar."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from scaler_monitor.ui.figures.span import Line, Span, fit, line_text
from scaler_monitor.ui.figures.stream_lines import (
    AXIS_LINES,
    LEGEND_LINES,
    StreamLook,
    name_width,
    state_legend,
)
from scaler_monitor.ui.figures.widgets import TaskStream, TextLines
from scaler_monitor.ui.pane import Wants
from scaler_monitor.ui.tabs.stream_filter import StreamFilter
from scaler_monitor.ui.tabs.time_pane import TimePane
from scaler_monitor.views.format import counted
from scaler_monitor.views.page import Answer, FigureQuestion, Question, StreamFigure, StreamLane
from scaler_monitor.views.tables import TABLES

LATER = ("worker", "time", "task")
"""Facts of a bar that a narrow screen can do without."""

FACT_CELLS = 36
HINT = " arrows: cursor on a bar   / workers, or bars by function: status: duration>"


class StreamPane(TimePane):
    """The stream, what its window is, and the facts of the bar under the cursor.

    The cursor stands on a worker and a moment, so it stays with its bar while the picture moves on.
    """

    DEFAULT_CSS = """
    StreamPane { #stream-title, #stream-facts { height: 1; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self.first = 0
        self.worker = ""
        self._wanted: int | None = None  # position of the lane that the cursor goes to once it is held
        self.moment: float | None = None
        self.figure: StreamFigure | None = None

    def compose(self) -> ComposeResult:
        """The parts."""
        glyphs = self.monitor.glyphs.name
        look = self.monitor.looks.of(TABLES["workers"], "stream")
        self._filter = StreamFilter(look, self._filter_changed)
        self.stream = TaskStream(glyphs, id="stream")
        self.title, self.facts = TextLines(glyphs, id="stream-title"), TextLines(glyphs, id="stream-facts")
        yield from (self.title, self.stream, self.facts)

    @property
    def lanes(self) -> int:
        """Lines for lanes and managers' names."""
        return max(self.stream.size.height - AXIS_LINES - LEGEND_LINES, 1)

    @property
    def filtered(self) -> StreamFilter:
        """What `/` works on."""
        return self._filter

    def _filter_changed(self) -> None:
        self.first = 0
        self.monitor.hurry()

    def cursor_cell(self) -> int:
        """The cell of the cursor's moment in the figure that is held; -1 without one."""
        figure = self.figure
        if figure is None or self.moment is None or figure.end <= figure.start:
            return -1
        cells = self.stream.cells
        share = (self.moment - figure.start) / (figure.end - figure.start)
        return min(max(int(share * cells), 0), cells - 1)

    def wants(self) -> Wants:
        """The stream's window."""
        return Wants(
            figures=(
                FigureQuestion(
                    "stream",
                    cells=self.stream.cells,
                    rows=self.lanes,
                    first=self.first,
                    filter=self.filtered.look.filter,
                    window_seconds=self.window_seconds,
                    end_seconds_ago=self.end_seconds_ago,
                    cursor_row=self.worker,
                    cursor_cell=self.cursor_cell() if self.worker else -1,
                ),
            )
        )

    def show(self, question: Question, answer: Answer) -> None:
        """Draw the news."""
        super().show(question, answer)
        for asked, answered in zip(question.figures, answer.figures or (), strict=False):
            if answered.stream is not None and self.filtered.take(asked.filter, answered.stream):
                self.figure = answered.stream
                self._settle_wanted(answered.stream)
        self.draw()

    def draw(self) -> None:
        """Draw what is held."""
        figure, looks = self.figure, self.monitor.looks
        if figure is None:
            return
        look = StreamLook(looks.absolute_time, self.worker, self.cursor_cell(), self.now)
        self.stream.put(figure, look)
        drawn = len(self.stream.lane_lines) or len(figure.lanes)
        shown = f"{figure.first + 1:,}-{figure.first + drawn:,} of {counted(figure.total, 'worker')}"
        title = [Span(" "), Span(shown if figure.lanes else "no workers", bold=True)]
        title += [Span(f"   {self.window_sentence()}", "dim")]
        room = self.size.width - len(line_text(title)) - 3
        legend = state_legend(self.stream.marks, room)
        title += [Span(" " * max(room + 3 - len(line_text(legend)), 0)), *legend]
        self.title.put([title])
        facts: Line = [Span(" ")]
        for label, text in sorted(figure.pointed if self.worker else (), key=lambda fact: fact[0] in LATER):
            shown = fit(text, min(cell_len(text), FACT_CELLS), self.stream.marks.cut)
            facts += [Span(f"{label} ", "dim"), Span(f"{shown}  ")]
        if len(facts) == 1:
            facts = [Span(" not in sight" if self.worker else HINT, "dim")]
        self.facts.put([facts])

    def time_changed(self) -> None:
        """Draw at once, ask at once."""
        self.draw()
        super().time_changed()

    # The cursor

    def _lane(self) -> StreamLane | None:
        lanes = self.figure.lanes if self.figure is not None else []
        return next((lane for lane in lanes if lane.worker == self.worker), None)

    def _put_cursor(self, worker: str, cell: int | None = None) -> None:
        figure = self.figure
        self.worker = worker
        if figure is not None and cell is not None:
            self.moment = figure.start + (cell + 0.5) * (figure.end - figure.start) / self.stream.cells
        elif figure is not None and self.moment is None:
            lane = self._lane()
            self._put_cursor(worker, lane.bars[-1].last_cell if lane and lane.bars else self.stream.cells - 1)
            return
        self.draw()
        self.monitor.hurry()

    def _move_lane(self, by: int) -> None:
        figure = self.figure
        if figure is None or not figure.lanes:
            return
        names = [lane.worker for lane in figure.lanes]
        if self._wanted is not None:
            here = self._wanted
        elif self.worker in names:
            here = figure.first + names.index(self.worker)
        else:
            self._put_cursor(names[0])
            return
        self._go_to_lane(min(max(here + by, 0), figure.total - 1), figure)

    def _go_to_lane(self, target: int, figure: StreamFigure) -> None:
        """Put the cursor on the lane at `target`, now or once it has come."""
        drawn = len(self.stream.lane_lines) or 1
        if target < self.first:
            self.first = target
        elif target >= self.first + drawn:
            self.first = min(target - drawn + 1, max(figure.total - 1, 0))
        self._wanted = target
        self._settle_wanted(figure)
        self.monitor.hurry()

    def _settle_wanted(self, figure: StreamFigure) -> None:
        if self._wanted is None:
            return
        self._wanted = min(self._wanted, max(figure.total - 1, 0))
        at = self._wanted - figure.first
        if 0 <= at < len(figure.lanes):
            self._wanted = None
            self._put_cursor(figure.lanes[at].worker)

    def command_up(self) -> None:
        """The worker above."""
        self._move_lane(-1)

    def command_down(self) -> None:
        """The worker below."""
        self._move_lane(1)

    def command_page_up(self) -> None:
        """A screenful of workers up."""
        self.first = max(self.first - self.lanes, 0)
        self.monitor.hurry()

    def command_page_down(self) -> None:
        """A screenful of workers down."""
        if self.figure is not None:
            self.first = max(min(self.first + self.lanes, self.figure.total - 1), 0)
            self.monitor.hurry()

    def command_left(self) -> None:
        """The bar before."""
        lane, cell = self._lane(), self.cursor_cell()
        if lane is None:
            self._move_lane(0)
            return
        before = [bar for bar in lane.bars if bar.last_cell < cell]
        self._put_cursor(self.worker, before[-1].last_cell if before else max(cell - 1, 0))

    def command_right(self) -> None:
        """The bar after."""
        lane, cell = self._lane(), self.cursor_cell()
        if lane is None:
            self._move_lane(0)
            return
        after = [bar for bar in lane.bars if bar.first_cell > cell]
        last = self.stream.cells - 1
        self._put_cursor(self.worker, after[0].first_cell if after else min(cell + 1, last))

    def command_first(self) -> None:
        """The first worker."""
        if self.figure is not None:
            self._go_to_lane(0, self.figure)

    def command_last(self) -> None:
        """The last worker."""
        if self.figure is not None:
            self._go_to_lane(max(self.figure.total - 1, 0), self.figure)

    async def command_enter(self) -> None:
        """Into the worker under the cursor."""
        if self.worker:
            await self.monitor.open_entity("worker", self.worker)

    async def command_trail(self) -> None:
        """Every event of the task under the cursor."""
        lane, cell = self._lane(), self.cursor_cell()
        for bar in lane.bars if lane is not None else ():
            if bar.first_cell <= cell <= bar.last_cell and bar.task:
                await self.monitor.open_entity("task", bar.task)
                return

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a bar."""
        offset = event.get_content_offset(self.stream)
        if offset is None:
            return
        for worker, line in self.stream.lane_lines.items():
            if line == offset.y:
                self._put_cursor(worker, max(offset.x - name_width(self.stream.size.width), 0))
