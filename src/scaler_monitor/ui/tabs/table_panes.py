"""The tabs that are tables: Live, Task Log, Worker Processors, Events, Machines, Clients, Objects."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from scaler_monitor.ui.figures.widgets import TextLines
from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.tabs.linked_table import LinkedTable
from scaler_monitor.ui.tabs.overview_lines import scheduler_line, storage_line
from scaler_monitor.views.page import Answer, Question, TableQuestion

ALL_FOLDED = "*"


class Live(Pane):
    """Scheduler, object storage, worker managers and all workers."""

    DEFAULT_CSS = """
    Live { #live-figures { height: 2; } #live-managers { height: 5; } &.-tall #live-managers { height: 9; } }
    """
    wants_overview = True

    def compose(self) -> ComposeResult:
        """The parts."""
        yield TextLines(self.monitor.glyphs.name, id="live-figures")
        yield LinkedTable("managers", id="live-managers", empty="no worker managers")
        yield LinkedTable("workers", id="live-workers", empty="no workers")

    def on_resize(self, event: events.Resize) -> None:
        """More managers where there is room."""
        self.set_class(event.size.height >= 34, "-tall")
        self.query_one("#live-managers").display = event.size.height >= 14

    def entered(self) -> None:
        """The workers take the keys."""
        super().entered()
        self.screen.set_focus(self.query_one("#live-workers", LinkedTable), scroll_visible=False)

    def show(self, question: Question, answer: Answer) -> None:
        """Draw the news."""
        super().show(question, answer)
        if answer.overview is not None:
            lines = [scheduler_line(answer.overview), storage_line(answer.overview)]
            self.query_one("#live-figures", TextLines).put(lines)


class OneTable(Pane):
    """A tab of one table."""

    table = ""
    empty = ""

    def compose(self) -> ComposeResult:
        """The table."""
        yield LinkedTable(self.table, id=f"{self.table}-table", empty=self.empty)


class TaskLog(OneTable):
    """One row a task, newest first."""

    table, empty = "tasks", "no tasks seen yet"


class Events(OneTable):
    """Each state change as it came."""

    table, empty = "events", "no state changes seen yet"


class Machines(OneTable):
    """Workers by the host that they run on."""

    table, empty = "machines", "no machines known: hosts are told by release 2.9 and later"


class Clients(OneTable):
    """Who submits tasks."""

    table, empty = "clients", "no clients"


class ProcessorTable(LinkedTable):
    """Processors under their workers; a folded worker is one row."""

    def __init__(self, **options: str) -> None:
        super().__init__("processors", **options)
        self.folded: set[str] = set()

    def question(self) -> TableQuestion:
        """What to ask for, folded workers told."""
        return super().question()._replace(folded=tuple(sorted(self.folded)))

    def command_fold(self) -> None:
        """Fold or unfold the worker under the cursor; without a cursor, all workers."""
        row = self.row_under_cursor()
        worker = ALL_FOLDED if row is None else self._value(row, "worker")
        self.folded.symmetric_difference_update({worker})
        if worker == ALL_FOLDED:
            self.folded.intersection_update({ALL_FOLDED})
        self.monitor.hurry()


class Processors(Pane):
    """Every processor of every worker."""

    def compose(self) -> ComposeResult:
        """The table."""
        yield ProcessorTable(id="processors-table", empty="no processors")


class Objects(Pane):
    """The biggest objects, and what the store holds."""

    DEFAULT_CSS = """
    Objects { #objects-figures { height: 1; } }
    """
    wants_overview = True

    def compose(self) -> ComposeResult:
        """The parts."""
        yield TextLines(self.monitor.glyphs.name, id="objects-figures")
        yield LinkedTable(
            "objects", id="objects-table", empty="no objects listed: told by release 2.9 and later"
        )

    def show(self, question: Question, answer: Answer) -> None:
        """Draw the news."""
        super().show(question, answer)
        if answer.overview is not None:
            self.query_one("#objects-figures", TextLines).put([storage_line(answer.overview)])
