"""The Memory and CPU tab: what the fleet holds and computes, over a window of time."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from scaler_monitor.protocol.format.durations import format_age, format_time
from scaler_monitor.protocol.page import Answer, ChartFigure, FigureQuestion, Question
from scaler_monitor.ui.figures.chart_lines import ChartLook, plot_cells
from scaler_monitor.ui.figures.styled_text import StyledText
from scaler_monitor.ui.figures.value_axis import LABEL_CELLS
from scaler_monitor.ui.figures.widgets import Chart, TextLines
from scaler_monitor.ui.pane import Wants
from scaler_monitor.ui.tabs.captions import as_many_as_fit
from scaler_monitor.ui.tabs.time_pane import TimePane

FIGURES = {"memory": "Memory", "cpu": "CPU"}
"""By the name that a question has for it, what it is called on the screen."""
BOTH_FROM_HEIGHT = 16
NOTES = (
    "left, right: figures at a moment",
    "tasks: those that ended in the last 10 s",
    "workers: their processors and agents",
    "grew: most memory over that at its start, on average",
)


class ChartsPane(TimePane):
    """Memory above, CPU below; on a low screen one of them, changed with up and down."""

    DEFAULT_CSS = """
    ChartsPane { #charts-title { height: 1; } Chart { height: 1fr; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self._single = 0
        self.moment: float | None = None  # unix seconds at which the cursor stands
        self._held: dict[str, ChartFigure] = {}

    def compose(self) -> ComposeResult:
        """Yield the title and a chart each for memory and CPU."""
        glyphs = self.monitor.glyphs.name
        self.title = TextLines(glyphs, id="charts-title")
        self.charts = {figure: Chart(glyphs, name, id=f"chart-{figure}") for figure, name in FIGURES.items()}
        yield from (self.title, *self.charts.values())

    @property
    def shown(self) -> list[str]:
        """Names of the figures in sight: both where the height is enough, else the chosen one."""
        return list(FIGURES) if self.size.height >= BOTH_FROM_HEIGHT else [list(FIGURES)[self._single]]

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002
        """Show one chart or both, as the height allows."""
        self._arrange()

    def _arrange(self) -> None:
        for figure in FIGURES:
            self.charts[figure].display = figure in self.shown
        self.monitor.collector.poll_if_changed()

    def wants(self) -> Wants:
        """Ask for the figures in sight over the window, a value for each cell they have."""
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
        """Keep each chart that came, and draw."""
        super().show(question, answer)
        for answered in answer.figures or ():
            if answered.chart is not None and answered.figure in FIGURES:
                self._held[answered.figure] = answered.chart
        self.draw()

    def draw(self) -> None:
        """Draw the newest figure of each chart, in the scale and clock chosen, with the cursor's moment."""
        looks, moment = self.monitor.looks, self.moment
        for figure, held in self._held.items():
            look = ChartLook(looks.logarithmic, looks.absolute_time, self.now, moment)
            self.charts[figure].put(held, look)
        title = [StyledText(" Memory and CPU", bold=True), StyledText(f"   {self.window_sentence()}", "dim")]
        if moment is not None:
            ago = "" if self.now is None else f", {format_age(self.now - moment)} ago"
            title += [StyledText(f"   figures at {format_time(moment)}{ago}", "accent")]
        else:
            title += as_many_as_fit(NOTES, title, self.size.width)
        self.title.put([title])

    def time_changed(self) -> None:
        """Draw at once, ask at once."""
        self.draw()
        super().time_changed()

    # The cursor stands on a moment, so it stays on what it points at while the picture moves on.

    def _move(self, cells: int) -> None:
        held = next((self._held[figure] for figure in self.shown if figure in self._held), None)
        if held is None:
            return
        width = (held.end - held.start) / plot_cells(max(self.size.width, 1))
        at = held.end + width / 2 if self.moment is None else self.moment
        self.moment = min(max(at + cells * width, held.start + width / 2), held.end - width / 2)
        self.draw()

    def command_left(self) -> None:
        """The figures a cell earlier."""
        self._move(-1)

    def command_right(self) -> None:
        """The figures a cell later."""
        self._move(1)

    def command_page_up(self) -> None:
        """The figures ten cells earlier."""
        self._move(-10)

    def command_page_down(self) -> None:
        """The figures ten cells later."""
        self._move(10)

    def command_last(self) -> None:
        """The newest figures again."""
        self.moment = None
        self.draw()

    def _other(self) -> None:
        self._single = 1 - self._single
        self._arrange()

    def command_up(self) -> None:
        """The other figure, where only one fits."""
        self._other()

    def command_down(self) -> None:
        """The other figure, where only one fits."""
        self._other()

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a moment."""
        for figure, held in self._held.items():
            offset = event.get_content_offset(self.charts[figure])
            if offset is not None and offset.x >= LABEL_CELLS:
                share = (offset.x - LABEL_CELLS + 0.5) / plot_cells(max(self.size.width, 1))
                self.moment = held.start + share * (held.end - held.start)
                self.draw()
