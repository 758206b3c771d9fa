"""Entity pages, opened with Enter: the facts of one entity, and tables of related entities."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from scaler_monitor.protocol.page import Answer, FigureQuestion, Question
from scaler_monitor.protocol.row_id import format_entity_id
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.figures.widgets import Histogram
from scaler_monitor.ui.pane import Pane, Wants
from scaler_monitor.ui.tabs.caption import Caption
from scaler_monitor.ui.tabs.facts import Facts
from scaler_monitor.ui.tabs.linked_table import LinkedTable, linked_table

SECOND_TABLE_FROM_HEIGHT = 14
HISTOGRAM_FROM_HEIGHT = 28
UNKNOWN = "not known: never seen by this monitor, or forgotten"
"""Shown instead of facts; the breadcrumb has the entity's name."""


class EntityPage(Pane):
    """Facts, and below them the tables of `TableSpec.page`; a low screen shows only the first table."""

    def __init__(self, table: TableSpec, entity: str) -> None:
        super().__init__(entity)
        self.kind, self.parts = table.entity, table.page
        self.has_histogram = table.page_figure == "histogram"
        self.crumb = f"{self.kind} {format_entity_id(self.kind, entity)}"

    def compose(self) -> ComposeResult:
        """Yield facts, the histogram of a function, and each table of `parts` under its caption."""
        glyphs = self.monitor.glyphs.name
        yield Facts(glyphs)
        if self.has_histogram:
            yield Histogram(glyphs)
        for part in self.parts:
            yield Caption(glyphs, id=f"caption-{part.table}")
            yield linked_table(
                part.table,
                view_name=f"{self.kind}/{part.table}",
                scope_kind=self.kind,
                scope_id=self.entity,
                empty=part.empty or f"no {TABLES[part.table].title.lower()} of this {self.kind} known",
                id=f"scoped-{part.table}",
            )

    def on_resize(self, event: events.Resize) -> None:
        """Hide the histogram and all tables except the first if the height is too small."""
        tall = event.size.height >= SECOND_TABLE_FROM_HEIGHT
        for place, part in enumerate(self.parts):
            self.query_one(f"#scoped-{part.table}").display = tall or place == 0
            self.query_one(f"#caption-{part.table}").display = tall
        for histogram in self.query(Histogram):
            histogram.display = event.size.height >= HISTOGRAM_FROM_HEIGHT

    def wants(self) -> Wants:
        """Return the facts, the scoped tables, and the histogram of a function."""
        wants = super().wants()._replace(facts_kind=self.kind, facts_id=self.entity)
        for histogram in self.query(Histogram):
            if histogram.display:
                figure = FigureQuestion(
                    "histogram", histogram.cells, scope_kind=self.kind, scope_id=self.entity
                )
                wants = wants._replace(figures=(figure,))
        return wants

    def show(self, question: Question, answer: Answer) -> None:
        """Show the parts that the answer has: facts, rows, captions, histogram."""
        super().show(question, answer)
        if answer.facts is not None:
            known = [(label, text) for label, text in answer.facts]
            self.query_one(Facts).set_facts(known or [(self.kind, UNKNOWN)])
        for part in self.parts:
            table = self.query_one(f"#scoped-{part.table}", LinkedTable)
            self.query_one(f"#caption-{part.table}", Caption).update_counts(table, answer.status, part.rows)
            if table.answered:
                # a log fills the remaining height; other tables are as high as their rows
                growing = table.table.is_log and table.window.count
                table.styles.max_height = None if growing else max(table.window.count, 1) + 1
        for figure in answer.figures or ():
            if figure.chart is not None and self.has_histogram:
                self.query_one(Histogram).set_figure(figure.chart)
