"""The pages that Enter leads to: the facts of one entity, and the tables of what belongs to it."""

from __future__ import annotations

from typing import NamedTuple

from textual import events
from textual.app import ComposeResult

from scaler_monitor.protocol.format.labels import format_object_id, format_task_id
from scaler_monitor.protocol.page import Answer, FigureQuestion, Question
from scaler_monitor.protocol.tables import TABLES, format_row_id
from scaler_monitor.ui.figures.widgets import Histogram
from scaler_monitor.ui.pane import Pane, Wants
from scaler_monitor.ui.tabs.captions import Caption
from scaler_monitor.ui.tabs.facts import Facts
from scaler_monitor.ui.tabs.linked_table import LinkedTable, linked_table

SECOND_TABLE_FROM_HEIGHT = 14
HISTOGRAM_FROM_HEIGHT = 28
GROWING = ("tasks", "events")
"""Tables that take what the others leave; those are as high as their rows, so that none stands apart."""
UNKNOWN = "not known: never seen by this monitor, or forgotten"
"""Of what has no facts, instead of them; the crumb has its name."""


class Part(NamedTuple):
    """A table of a page: `kind` says what its rows are to the entity, `empty` why there may be none."""

    table: str
    kind: str = ""
    empty: str = ""


class EntityPage(Pane):
    """Facts above, tables below; a low screen shows the first table only."""

    kind = ""
    parts: tuple[Part, ...] = ()
    has_histogram = False

    def __init__(self, entity: str) -> None:
        super().__init__(entity)
        name = {"task": format_task_id, "object": format_object_id}.get(self.kind, format_row_id)(entity)
        self.crumb = f"{self.kind} {name}"

    def compose(self) -> ComposeResult:
        """Yield facts, the histogram of a function, and each table of `parts` under its caption."""
        glyphs = self.monitor.glyphs.name
        yield Facts(glyphs)
        if self.has_histogram:
            yield Histogram(glyphs)
        for table, _, empty in self.parts:
            yield Caption(glyphs, id=f"caption-{table}")
            yield linked_table(
                table,
                look_name=f"{self.kind}/{table}",
                scope_kind=self.kind,
                scope_id=self.entity,
                empty=empty or f"no {TABLES[table].title.lower()} of this {self.kind} known",
                id=f"scoped-{table}",
            )

    def on_resize(self, event: events.Resize) -> None:
        """Leave out the histogram and all tables but the first where the height is not enough for them."""
        tall = event.size.height >= SECOND_TABLE_FROM_HEIGHT
        for place, (table, _, _) in enumerate(self.parts):
            self.query_one(f"#scoped-{table}").display = tall or place == 0
            self.query_one(f"#caption-{table}").display = tall
        for histogram in self.query(Histogram):
            histogram.display = event.size.height >= HISTOGRAM_FROM_HEIGHT

    def wants(self) -> Wants:
        """The facts, the scoped tables, and the histogram of a function."""
        wants = super().wants()._replace(facts_kind=self.kind, facts_id=self.entity)
        for histogram in self.query(Histogram):
            if histogram.display:
                figure = FigureQuestion(
                    "histogram", histogram.cells, scope_kind=self.kind, scope_id=self.entity
                )
                wants = wants._replace(figures=(figure,))
        return wants

    def show(self, question: Question, answer: Answer) -> None:
        """Show facts, rows, captions and histogram as far as the answer has them."""
        super().show(question, answer)
        if answer.facts is not None:
            known = [(label, text) for label, text in answer.facts]
            self.query_one(Facts).put(known or [(self.kind, UNKNOWN)])
        for name, kind, _ in self.parts:
            table = self.query_one(f"#scoped-{name}", LinkedTable)
            self.query_one(f"#caption-{name}", Caption).tell(table, answer.status, kind)
            if table.answered:
                growing = name in GROWING and table.window.count
                table.styles.max_height = None if growing else max(table.window.count, 1) + 1
        for figure in answer.figures or ():
            if figure.chart is not None and self.has_histogram:
                self.query_one(Histogram).put(figure.chart)


class WorkerPage(EntityPage):
    """A worker's processors and tasks."""

    kind, parts = "worker", (Part("processors"), Part("tasks", "sent to it"))


class TaskPage(EntityPage):
    """A task's trail."""

    kind, parts = "task", (Part("events"),)


class FunctionPage(EntityPage):
    """A function's durations and tasks, the workers it ran on and the clients that call it."""

    kind, has_histogram = "function", True
    parts = (
        Part("tasks", "of this function"),
        Part("workers", "it ran on"),
        Part("clients", "calling it, with their tasks of all functions"),
    )


class ClientPage(EntityPage):
    """A client's tasks and objects."""

    kind, parts = (
        "client",
        (Part("tasks", "of this client"), Part("objects", "of this client, among the biggest")),
    )


class MachinePage(EntityPage):
    """A machine's workers and their processors."""

    kind, parts = "machine", (Part("workers", "on this machine"), Part("processors"))


class ManagerPage(EntityPage):
    """A worker manager's workers and their processors."""

    kind, parts = "manager", (Part("workers", "of this manager"), Part("processors"))


class ObjectPage(EntityPage):
    """The client that made an object and what else it made; of a function also the tasks that call it."""

    kind = "object"
    parts = (
        Part("tasks", "calling it", "none: it is no function, or no task that calls it was seen"),
        Part("clients", "owning it"),
        Part("objects", "of the same client, among the biggest"),
    )
