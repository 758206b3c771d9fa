"""The Memory and CPU tab: what the fleet holds and computes, over a window of time."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from scaler_monitor.ui.figures.chart_lines import ChartLook
from scaler_monitor.ui.figures.span import Span
from scaler_monitor.ui.figures.widgets import Chart, TextLines
from scaler_monitor.ui.pane import Wants
from scaler_monitor.ui.tabs.time_pane import TimePane
from scaler_monitor.views.page import Answer, ChartFigure, FigureQuestion, Question

FIGURES = ("memory", "cpu")
BOTH_FROM_HEIGHT = 16


class ChartsPane(TimePane):
    """Memory above, CPU below; on a low screen one of them, changed with left and right."""

    DEFAULT_CSS = """
    ChartsPane { #charts-title { height: 1; } Chart { height: 1fr; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self._single = 0
        self._held: dict[str, ChartFigure] = {}

    def compose(self) -> ComposeResult:
        """The parts."""
        glyphs = self.monitor.glyphs.name
        self.title = TextLines(glyphs, id="charts-title")
        self.charts = {figure: Chart(glyphs, id=f"chart-{figure}") for figure in FIGURES}
        yield from (self.title, *self.charts.values())

    @property
    def shown(self) -> list[str]:
        """The figures in sight."""
        return list(FIGURES) if self.size.height >= BOTH_FROM_HEIGHT else [FIGURES[self._single]]

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002
        """One or both."""
        self._arrange()

    def _arrange(self) -> None:
        for figure in FIGURES:
            self.charts[figure].display = figure in self.shown
        self.monitor.hurry()

    def wants(self) -> Wants:
        """The figures in sight."""
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
        """Draw the news."""
        super().show(question, answer)
        for answered in answer.figures or ():
            if answered.chart is not None and answered.figure in FIGURES:
                self._held[answered.figure] = answered.chart
        self.draw()

    def draw(self) -> None:
        """Draw what is held."""
        looks = self.monitor.looks
        for figure, held in self._held.items():
            logarithmic = looks.logarithmic and figure == "memory"
            self.charts[figure].put(held, ChartLook(logarithmic, looks.absolute_time, self.now))
        title = [Span(" Memory and CPU", bold=True), Span(f"   {self.window_sentence()}", "dim")]
        self.title.put([title])

    def time_changed(self) -> None:
        """Draw at once, ask at once."""
        self.draw()
        super().time_changed()

    def _other(self) -> None:
        self._single = 1 - self._single
        self._arrange()

    def command_left(self) -> None:
        """The other figure, where only one fits."""
        self._other()

    def command_right(self) -> None:
        """The other figure, where only one fits."""
        self._other()
