"""The Functions tab: the table, and the histogram of durations of the function at the cursor."""

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
"""Minimum height; on a high screen it is a third of the height."""


class FunctionsPane(OneTable):
    """Functions, and durations of the selected one if the height allows."""

    DEFAULT_CSS = """
    FunctionsPane { #functions-chosen { height: 1; } Histogram { height: 9; } }
    """
    table = "functions"

    def compose(self) -> ComposeResult:
        """Yield the table, and the histogram with its title."""
        glyphs = self.monitor.glyphs.name
        self.histogram = Histogram(glyphs, id="functions-histogram")
        yield from super().compose()
        yield TextLines(glyphs, id="functions-chosen")
        yield self.histogram

    def on_resize(self, event: events.Resize) -> None:
        """Show or hide the histogram, and set its height."""
        tall = event.size.height >= HISTOGRAM_FROM_HEIGHT
        self.histogram.display = self.query_one("#functions-chosen").display = tall
        self.histogram.styles.height = max(event.size.height // 3, HISTOGRAM_LINES)

    def chosen(self) -> str:
        """Return the row id of the function of the histogram; "" means all functions."""
        return self.entity_table.view.cursor

    def wants(self) -> Wants:
        """Return the table, and the histogram if it is visible."""
        wants = super().wants()
        if not self.histogram.display:
            return wants
        chosen = self.chosen()
        kind = "function" if chosen else ""
        figure = FigureQuestion("histogram", self.histogram.cells, scope_kind=kind, scope_id=chosen)
        return wants._replace(figures=(figure,))

    def show(self, question: Question, answer: Answer) -> None:
        """Show the rows, and the histogram under the name of its function."""
        super().show(question, answer)
        for asked, figure in zip(question.figures, answer.figures or (), strict=False):
            if figure.chart is None:
                continue
            self.histogram.set_figure(figure.chart)
            name = format_row_id(asked.scope_id) if asked.scope_id else "all functions"
            title = [StyledText(" durations of ", "dim"), StyledText(name, bold=True)]
            self.query_one("#functions-chosen", TextLines).set_lines([title])
