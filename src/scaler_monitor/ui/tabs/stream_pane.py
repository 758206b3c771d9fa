"""The Worker Task Stream tab: lanes of workers with bars of tasks, and a cursor."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.protocol.page import ALL, Answer, FigureQuestion, Question, StreamFigure
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.figures.legend_lines import state_legend
from scaler_monitor.ui.figures.stream_lines import AXIS_LINES, LEGEND_LINES, StreamOptions, name_width
from scaler_monitor.ui.figures.styled_text import Line, StyledText, line_text
from scaler_monitor.ui.figures.widgets import TaskStream, TextLines
from scaler_monitor.ui.glyphs import cut_end
from scaler_monitor.ui.pane import Wants
from scaler_monitor.ui.tabs.stream_cursor import LAST, StreamCursor, StreamFolds
from scaler_monitor.ui.tabs.stream_filter_state import StreamFilterState
from scaler_monitor.ui.tabs.time_pane import TimePane

SECONDARY_FACTS = ("worker", "time", "task")
"""Facts of a bar that come last, so that a narrow screen cuts them off."""

FACT_CELLS = 36
ROOMY_CELLS = 100
"""Minimum width for the long title beside the legend."""
HINT = "arrows: facts of a bar   / worker, function:, status:, duration>   x lanes"


class StreamPane(TimePane):
    """The stream, its title, and the facts of the bar at the cursor."""

    DEFAULT_CSS = """
    StreamPane { #stream-title, #stream-facts { height: 1; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self.cursor = StreamCursor()
        self.folds = StreamFolds()

    def compose(self) -> ComposeResult:
        """Yield the title, the stream and the facts line."""
        glyphs = self.monitor.glyphs.name
        view = self.monitor.view_state.of_table(TABLES["workers"], "stream")
        self._filter = StreamFilterState(view, self._filter_changed)
        self.stream = TaskStream(glyphs, id="stream")
        self.title, self.facts = TextLines(glyphs, id="stream-title"), TextLines(glyphs, id="stream-facts")
        yield from (self.title, self.stream, self.facts)

    @property
    def figure(self) -> StreamFigure | None:
        """The newest figure; None before the first."""
        return self.cursor.figure

    @property
    def filtered(self) -> StreamFilterState:
        """The filter state, for the filter line."""
        return self._filter

    def _filter_changed(self) -> None:
        self.cursor.first = 0
        self.monitor.collector.poll_now()

    def wants(self) -> Wants:
        """Return the question for the stream."""
        cursor = self.cursor
        return Wants(
            figures=(
                FigureQuestion(
                    "stream",
                    cells=self.stream.cells,
                    rows=max(self.stream.size.height - AXIS_LINES - LEGEND_LINES, 1),
                    first=cursor.first,
                    filter=self.filtered.view.filter,
                    window_seconds=self.window_seconds,
                    end_seconds_ago=self.end_seconds_ago,
                    cursor_row=cursor.worker,
                    cursor_cell=cursor.cell,
                    cursor_lane=cursor.lane,
                    folded=tuple(sorted(self.folds.folded)),
                    unfolded=tuple(sorted(self.folds.unfolded)),
                ),
            )
        )

    def show(self, question: Question, answer: Answer) -> None:
        """Use the figure, unless it is for another filter, and draw."""
        super().show(question, answer)
        for asked, answered in zip(question.figures, answer.figures or (), strict=False):
            if answered.stream is not None and self.filtered.take(asked.filter, answered.stream):
                self.cursor.set_figure(answered.stream)
        self.draw()

    def draw(self) -> None:
        """Draw title, lanes and facts of the newest figure."""
        figure, cursor = self.figure, self.cursor
        if figure is None:
            return
        absolute = self.monitor.view_state.absolute_time
        options = StreamOptions(absolute, cursor.worker, cursor.lane, cursor.cell, self.now)
        self.stream.set_figure(figure, options)
        if cursor.set_drawn(len(self.stream.lane_lines) or len(figure.lanes), self.stream.cells):
            self.monitor.collector.poll_now()
        self.title.set_lines([self._title(figure)])
        self.facts.set_lines([[StyledText(" "), *self._facts(figure)]])

    def _title(self, figure: StreamFigure) -> Line:
        """Return the title: visible workers, time window, legend of marks."""
        shown = count_with_noun(figure.total, "worker")
        drawn = self.cursor.workers_drawn
        if drawn < figure.total and figure.lanes:
            narrow = self.size.width < ROOMY_CELLS
            shown = f"{figure.total:,}" if narrow else shown
            shown = f"{figure.first + 1:,}-{figure.first + drawn:,} of {shown}"
        title = [
            StyledText(" "),
            StyledText(shown, bold=True),
            StyledText(f"  {self.window_sentence()}  ", "dim"),
        ]
        room = self.size.width - len(line_text(title)) - 1
        gaps = bool(figure.gaps) or figure.merged_until is not None
        legend = state_legend(self.stream.marks, room, gaps=gaps)
        return [*title, StyledText(" " * max(room - len(line_text(legend)), 0)), *legend]

    def _facts(self, figure: StreamFigure) -> Line:
        """Return the facts of the bar at the cursor; without a cursor, a hint about keys."""
        facts: Line = []
        cursor_facts = figure.cursor_facts if self.cursor.worker else []
        for label, text in sorted(cursor_facts, key=lambda fact: fact[0] in SECONDARY_FACTS):
            shown = cut_end(text, FACT_CELLS, self.stream.marks.cut)
            facts += [StyledText(f"{label} ", "dim"), StyledText(f"{shown}  ")]
        if facts:
            return facts
        if self.cursor.worker:
            return [StyledText("not in sight", "dim")]
        if figure.merged_until is not None:
            until = format_time(figure.merged_until)
            return [
                StyledText(f"lanes are known since {until}; all before is in a worker's first one", "dim")
            ]
        return [StyledText(HINT, "dim")]

    def time_changed(self) -> None:
        """Draw what is stored, and request new data."""
        self.draw()
        super().time_changed()

    def _moved(self) -> None:
        self.draw()
        self.monitor.collector.poll_now()

    def command_up(self) -> None:
        """Move the cursor to the lane above."""
        self.cursor.go_to_lane(-1)
        self._moved()

    def command_down(self) -> None:
        """Move the cursor to the lane below."""
        self.cursor.go_to_lane(1)
        self._moved()

    def command_page_up(self) -> None:
        """Show the previous page of workers."""
        self.cursor.turn_page(-1)
        self.monitor.collector.poll_now()

    def command_page_down(self) -> None:
        """Show the next page of workers."""
        self.cursor.turn_page(1)
        self.monitor.collector.poll_now()

    def command_left(self) -> None:
        """Move the cursor to the previous bar."""
        self.cursor.go_to_bar(-1)
        self._moved()

    def command_right(self) -> None:
        """Move the cursor to the next bar."""
        self.cursor.go_to_bar(1)
        self._moved()

    def command_first(self) -> None:
        """Move the cursor to the first worker."""
        self.cursor.go_to_worker(0)
        self._moved()

    def command_last(self) -> None:
        """Move the cursor to the last lane of the last worker."""
        if self.figure is not None:
            self.cursor.go_to_worker(self.figure.total - 1, LAST)
            self._moved()

    def command_fold(self) -> None:
        """Fold or unfold the worker at the cursor; without a cursor, all workers."""
        self.folds.toggle(self.cursor.worker or ALL, self.cursor.lanes)
        self.monitor.collector.poll_now()

    async def command_enter(self) -> None:
        """Open the page of the worker at the cursor."""
        if self.cursor.worker:
            await self.monitor.navigation.open_entity("worker", self.cursor.worker)

    async def command_trail(self) -> None:
        """Open the page of the task at the cursor, with all its events."""
        bar = self.cursor.bar
        if bar is not None and bar.task:
            await self.monitor.navigation.open_entity("task", bar.task)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked cell."""
        offset = event.get_content_offset(self.stream)
        if offset is None:
            return
        for lane, line in zip(self.cursor.lanes, self.stream.lane_lines, strict=False):
            if line == offset.y:
                self.cursor.place_on(lane, max(offset.x - name_width(self.stream.size.width), 0))
                self._moved()
