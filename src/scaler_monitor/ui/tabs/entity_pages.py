"""The pages that Enter leads to: the facts of one entity, and the tables of what belongs to it."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from scaler_monitor.ui.figures.span import Line, Span, fit
from scaler_monitor.ui.figures.widgets import Figure, Histogram
from scaler_monitor.ui.pane import Pane, Wants
from scaler_monitor.ui.tabs.linked_table import LinkedTable
from scaler_monitor.views.format import format_object_id, format_task_id
from scaler_monitor.views.page import Answer, FigureQuestion, Question
from scaler_monitor.views.tables import TABLES

FACTS_LINES = 6
SECOND_TABLE_FROM_HEIGHT = 14


class Facts(Figure):
    """Labels and texts in as many columns as fit."""

    DEFAULT_CSS = """
    Facts { height: 3; }
    """
    COLUMN_CELLS = 38

    def __init__(self, glyphs: str) -> None:
        super().__init__(glyphs)
        self._facts: list[tuple[str, str]] = []

    def put(self, facts: list[tuple[str, str]]) -> None:
        """Show other facts, as high as they need, within bounds."""
        self._facts = facts
        columns = max(self.size.width // self.COLUMN_CELLS, 1)
        needed = min(max(-(-len(facts) // columns), 1), FACTS_LINES)
        if self.styles.height is None or self.styles.height.value != needed:
            self.styles.height = needed
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        """The facts, column after column."""
        columns = max(width // self.COLUMN_CELLS, 1)
        cells = width // columns
        lines: list[Line] = []
        for y in range(height):
            line: Line = []
            for label, text in self._facts[y * columns : (y + 1) * columns]:
                line.append(Span(" " + fit(label, 13, self.marks.cut) + " ", "dim"))
                line.append(Span(fit(text, cells - 16, self.marks.cut) + " "))
            lines.append(line)
        return lines


class EntityPage(Pane):
    """Facts above, tables below; a low screen shows the first table only."""

    kind = ""
    scoped: tuple[str, ...] = ()
    has_histogram = False

    def __init__(self, entity: str) -> None:
        super().__init__(entity)
        short = {"task": format_task_id, "object": format_object_id}.get(self.kind)
        self.crumb = f"{self.kind} {short(entity) if short else entity or '(empty)'}"

    def compose(self) -> ComposeResult:
        """The parts."""
        yield Facts(self.monitor.glyphs.name)
        if self.has_histogram:
            yield Histogram(self.monitor.glyphs.name)
        for table in self.scoped:
            yield LinkedTable(
                table,
                look_name=f"{self.kind}/{table}",
                scope_kind=self.kind,
                scope_id=self.entity,
                empty=f"no {TABLES[table].title.lower()} of this {self.kind} known",
                id=f"scoped-{table}",
            )

    def on_resize(self, event: events.Resize) -> None:
        """What does not fit is left out."""
        tall = event.size.height >= SECOND_TABLE_FROM_HEIGHT
        for table in list(self.query(LinkedTable))[1:]:
            table.display = tall
        for histogram in self.query(Histogram):
            histogram.display = event.size.height >= 2 * SECOND_TABLE_FROM_HEIGHT

    def wants(self) -> Wants:
        """The facts, the scoped tables, and the histogram of a function."""
        wants = super().wants()._replace(facts_kind=self.kind, facts_id=self.entity)
        for histogram in self.query(Histogram):
            if histogram.display:
                cells = max(histogram.size.width - 7, 1)
                figure = FigureQuestion("histogram", cells, scope_kind=self.kind, scope_id=self.entity)
                wants = wants._replace(figures=(figure,))
        return wants

    def show(self, question: Question, answer: Answer) -> None:
        """Draw the news."""
        super().show(question, answer)
        if answer.facts is not None:
            self.query_one(Facts).put([(label, text) for label, text in answer.facts])
        for figure in answer.figures or ():
            if figure.chart is not None and self.has_histogram:
                self.query_one(Histogram).put(figure.chart)


class WorkerPage(EntityPage):
    """A worker's processors and tasks."""

    kind, scoped = "worker", ("processors", "tasks")


class TaskPage(EntityPage):
    """A task's trail."""

    kind, scoped = "task", ("events",)


class FunctionPage(EntityPage):
    """A function's durations and tasks, the workers it ran on and the clients that call it."""

    kind, scoped, has_histogram = "function", ("tasks", "workers", "clients"), True


class ClientPage(EntityPage):
    """A client's tasks and objects."""

    kind, scoped = "client", ("tasks", "objects")


class MachinePage(EntityPage):
    """A machine's workers and their processors."""

    kind, scoped = "machine", ("workers", "processors")


class ManagerPage(EntityPage):
    """A worker manager's workers and their processors."""

    kind, scoped = "manager", ("workers", "processors")


class ObjectPage(EntityPage):
    """The tasks that hold an object."""

    kind, scoped = "object", ("tasks",)
