"""The tab with charts of memory and CPU usage over a time window."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from scaler_monitor.protocol.format.durations import format_age, format_time
from scaler_monitor.protocol.page import Answer, ChartFigure, FigureQuestion, Question
from scaler_monitor.ui.figures.chart_lines import ChartOptions, plot_cells
from scaler_monitor.ui.figures.styled_text import StyledText
from scaler_monitor.ui.figures.value_axis import LABEL_CELLS
from scaler_monitor.ui.figures.widgets import Chart, TextLines
from scaler_monitor.ui.pane import Wants
from scaler_monitor.ui.tabs.caption import fitting_notes
from scaler_monitor.ui.tabs.time_pane import TimePane

FIGURES = {"memory": "Memory", "cpu": "CPU"}
"""Title on the screen, by figure name in a question."""
BOTH_FROM_HEIGHT = 16
NOTES = (
    "left, right: figures at a moment",
    "tasks: those that ended in the last 10 s",
    "workers: their processors and agents",
    "grew: most memory over that at its start, on average",
)


class ChartsPane(TimePane):
    """Memory above, CPU below; on a low screen only one of them, switched with up and down."""

    DEFAULT_CSS = """
    ChartsPane { #charts-title { height: 1; } Chart { height: 1fr; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self._single = 0
        self.moment: float | None = None  # unix seconds of the cursor; None without a cursor
        self._held: dict[str, ChartFigure] = {}

    def compose(self) -> ComposeResult:
        """Yield the title and a chart each for memory and CPU."""
        glyphs = self.monitor.glyphs.name
        self.title = TextLines(glyphs, id="charts-title")
        self.charts = {figure: Chart(glyphs, name, id=f"chart-{figure}") for figure, name in FIGURES.items()}
        yield from (self.title, *self.charts.values())

    @property
    def shown(self) -> list[str]:
        """Names of the visible figures: both if the height allows, else the selected one."""
        return list(FIGURES) if self.size.height >= BOTH_FROM_HEIGHT else [list(FIGURES)[self._single]]

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002
        """Show one chart or both, as the height allows."""
        self._arrange()

    def _arrange(self) -> None:
        for figure in FIGURES:
            self.charts[figure].display = figure in self.shown
        self.monitor.collector.poll_if_changed()

    def wants(self) -> Wants:
        """Return the visible figures over the window, one value per cell."""
        return Wants(
            figures=tuple(
                FigureQuestion(
                    figure,
                    cells=self.charts[figure].cells,
                    window_seconds=self.window_seconds,
                    end_seconds_ago=self.end_seconds_ago,
                )
                for figure in self.shown
            )
        )

    def show(self, question: Question, answer: Answer) -> None:
        """Store the charts of the answer, and draw."""
        super().show(question, answer)
        for answered in answer.figures or ():
            if answered.chart is not None and answered.figure in FIGURES:
                self._held[answered.figure] = answered.chart
        self.draw()

    def draw(self) -> None:
        """Draw the newest figure of each chart, with the selected scale, clock and cursor."""
        view_state, moment = self.monitor.view_state, self.moment
        for figure, held in self._held.items():
            options = ChartOptions(view_state.logarithmic, view_state.absolute_time, self.now, moment)
            self.charts[figure].set_figure(held, options)
        title = [StyledText(" Memory and CPU", bold=True), StyledText(f"   {self.window_sentence()}", "dim")]
        if moment is not None:
            ago = "" if self.now is None else f", {format_age(self.now - moment)} ago"
            title += [StyledText(f"   figures at {format_time(moment)}{ago}", "accent")]
        else:
            title += fitting_notes(NOTES, title, self.size.width)
        self.title.set_lines([title])

    def time_changed(self) -> None:
        """Draw what is stored, and request new data."""
        self.draw()
        super().time_changed()

    # The cursor has a time, not a cell, so that it stays on its values while the chart moves.

    def _move(self, cells: int) -> None:
        held = next((self._held[figure] for figure in self.shown if figure in self._held), None)
        if held is None:
            return
        width = (held.end - held.start) / plot_cells(max(self.size.width, 1))
        at = held.end + width / 2 if self.moment is None else self.moment
        self.moment = min(max(at + cells * width, held.start + width / 2), held.end - width / 2)
        self.draw()

    def command_left(self) -> None:
        """Move the cursor one cell to the left."""
        self._move(-1)

    def command_right(self) -> None:
        """Move the cursor one cell to the right."""
        self._move(1)

    def command_page_up(self) -> None:
        """Move the cursor ten cells to the left."""
        self._move(-10)

    def command_page_down(self) -> None:
        """Move the cursor ten cells to the right."""
        self._move(10)

    def command_last(self) -> None:
        """Remove the cursor, so that the newest values are shown."""
        self.moment = None
        self.draw()

    def _switch_figure(self) -> None:
        self._single = 1 - self._single
        self._arrange()

    def command_up(self) -> None:
        """Switch to the other figure, if only one fits."""
        self._switch_figure()

    def command_down(self) -> None:
        """Switch to the other figure, if only one fits."""
        self._switch_figure()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the time at the click."""
        for figure, held in self._held.items():
            offset = event.get_content_offset(self.charts[figure])
            if offset is not None and offset.x >= LABEL_CELLS:
                share = (offset.x - LABEL_CELLS + 0.5) / plot_cells(max(self.size.width, 1))
                self.moment = held.start + share * (held.end - held.start)
                self.draw()
