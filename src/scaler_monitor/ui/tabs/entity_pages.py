"""The pages that Enter leads to: the facts of one entity, and the tables of what belongs to it."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from scaler_monitor.ui.figures.span import Line, Span, fit
from scaler_monitor.ui.figures.widgets import Figure, Histogram
from scaler_monitor.ui.pane import Pane, Wants
from scaler_monitor.ui.tabs.linked_table import LinkedTable
from scaler_monitor.views.format import format_object_id, format_task_id
from scaler_monitor.views.page import Answer, FigureQuestion, Question
from scaler_monitor.views.tables import TABLES

SECOND_TABLE_FROM_HEIGHT = 14
CRUMB_CHARACTERS = 48


class Facts(Figure):
    """Labels and texts in as many columns as fit: long texts first, short ones two in a column below."""

    DEFAULT_CSS = """
    Facts { height: 3; }
    """
    COLUMN_CELLS = 38
    SHORT_TEXT = 8
    SHORT_LABEL = 9
    LINES = 8

    def __init__(self, glyphs: str) -> None:
        super().__init__(glyphs)
        self._facts: list[tuple[str, str]] = []
        self._long: set[str] = (
            set()
        )  # labels with a line for long ones, for good: none changes its place twice

    def put(self, facts: list[tuple[str, str]]) -> None:
        """Show other facts, as high as they need, within bounds."""
        self._facts = facts
        self._long.update(
            label
            for label, text in facts
            if cell_len(text) > self.SHORT_TEXT or cell_len(label) > self.SHORT_LABEL
        )
        needed = min(max(len(self._rows(self.size.width)), 1), self.LINES)
        if self.styles.height is None or self.styles.height.value != needed:
            self.styles.height = needed
        self.repaint()

    def _rows(self, width: int) -> list[list[tuple[str, str]]]:
        """The facts by line; lines of long texts come first."""
        columns = max(width // self.COLUMN_CELLS, 1)
        rows: list[list[tuple[str, str]]] = []
        for long, across in ((True, columns), (False, 2 * columns)):
            facts = [fact for fact in self._facts if (fact[0] in self._long) is long]
            rows += [facts[at : at + across] for at in range(0, len(facts), across)]
        return rows

    def lines(self, width: int, height: int) -> list[Line]:
        """The facts, line after line."""
        columns = max(width // self.COLUMN_CELLS, 1)
        lines: list[Line] = []
        for facts in self._rows(width)[:height]:
            is_long = facts[0][0] in self._long
            cells = width // (columns if is_long else 2 * columns)
            labels = 13 if is_long else self.SHORT_LABEL
            line: Line = []
            for place, (label, text) in enumerate(facts, 1):
                room = (cells if place < len(facts) else width - cells * (place - 1)) - labels - 3
                line.append(Span(" " + fit(label, labels, self.marks.cut) + " ", "dim"))
                line.append(Span(fit(text, room, self.marks.cut) + " "))
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
        name = short(entity) if short else entity or "(empty)"
        if len(name) > CRUMB_CHARACTERS:
            name = name[: CRUMB_CHARACTERS - 1] + "…"
        self.crumb = f"{self.kind} {name}"

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
    """The client that made an object and what else it made; of a function also the tasks that call it."""

    kind, scoped = "object", ("tasks", "clients", "objects")
