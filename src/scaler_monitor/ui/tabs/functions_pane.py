"""The Functions tab: the table, and how long the function under the cursor takes."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from scaler_monitor.protocol.page import Answer, FigureQuestion, Question
from scaler_monitor.protocol.row_id import format_row_id
from scaler_monitor.ui.figures.styled_text import StyledText
from scaler_monitor.ui.figures.widgets import Histogram, TextLines
from scaler_monitor.ui.pane import Wants
from scaler_monitor.ui.tabs.table_panes import OneTable

HISTOGRAM_FROM_HEIGHT = 18
HISTOGRAM_LINES = 9
"""At least; a tall screen gives it a third."""


class FunctionsPane(OneTable):
    """Functions, with the durations of the chosen one where there is room."""

    DEFAULT_CSS = """
    FunctionsPane { #functions-chosen { height: 1; } Histogram { height: 9; } }
    """
    table = "functions"

    def compose(self) -> ComposeResult:
        """Yield the table, and below it the histogram under a line that says whose it is."""
        glyphs = self.monitor.glyphs.name
        self.histogram = Histogram(glyphs, id="functions-histogram")
        yield from super().compose()
        yield TextLines(glyphs, id="functions-chosen")
        yield self.histogram

    def on_resize(self, event: events.Resize) -> None:
        """The histogram needs height."""
        tall = event.size.height >= HISTOGRAM_FROM_HEIGHT
        self.histogram.display = self.query_one("#functions-chosen").display = tall
        self.histogram.styles.height = max(event.size.height // 3, HISTOGRAM_LINES)

    def chosen(self) -> str:
        """Whose durations are drawn; "" are those of all functions."""
        return self.of_all.look.cursor

    def wants(self) -> Wants:
        """The table, and the histogram where it is in sight."""
        wants = super().wants()
        if not self.histogram.display:
            return wants
        chosen = self.chosen()
        kind = "function" if chosen else ""
        figure = FigureQuestion("histogram", self.histogram.cells, scope_kind=kind, scope_id=chosen)
        return wants._replace(figures=(figure,))

    def show(self, question: Question, answer: Answer) -> None:
        """Show rows, and the durations of the function that was asked for under its name."""
        super().show(question, answer)
        for asked, figure in zip(question.figures, answer.figures or (), strict=False):
            if figure.chart is None:
                continue
            self.histogram.put(figure.chart)
            name = format_row_id(asked.scope_id) if asked.scope_id else "all functions"
            title = [StyledText(" durations of ", "dim"), StyledText(name, bold=True)]
            self.query_one("#functions-chosen", TextLines).put([title])
