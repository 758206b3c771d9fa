"""The tabs that are tables: plain ones, and those with more on them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult

from scaler_monitor.protocol.format.amounts import count_with_noun, format_count
from scaler_monitor.protocol.page import Answer, Overview, Question
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.figures.styled_text import StyledText
from scaler_monitor.ui.figures.widgets import TextLines
from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.tabs.captions import Caption, why_empty
from scaler_monitor.ui.tabs.linked_table import LinkedTable, linked_table
from scaler_monitor.ui.tabs.overview_lines import scheduler_line, storage_line, tasks_line

CAPTION_FROM_HEIGHT = 8
MANAGER_LINES = 4
"""A header and three managers, on the lowest screen that has them."""


class Live(Pane):
    """Scheduler, object storage, worker managers and all workers."""

    DEFAULT_CSS = """
    Live { #live-figures { height: 3; } #live-managers { height: 4; } }
    """
    wants_overview = True

    def compose(self) -> ComposeResult:
        """Yield the scheduler's figures, the managers, and the workers under their caption."""
        yield TextLines(self.monitor.glyphs.name, id="live-figures")
        yield LinkedTable("managers", id="live-managers")
        yield Caption(self.monitor.glyphs.name, id="live-caption")
        self.last_focused = LinkedTable("workers", id="live-workers")
        yield self.last_focused

    def on_resize(self, event: events.Resize) -> None:
        """The managers need height."""
        for part in ("#live-managers", "#live-caption"):
            self.query_one(part).display = event.size.height >= 14
        self._fit_managers()

    def _fit_managers(self) -> None:
        """As many lines for managers as there are, up to a quarter of the screen."""
        managers = self.query_one("#live-managers", LinkedTable)
        room = max(self.size.height // 4, MANAGER_LINES)
        wanted = min(max(managers.window.count, 1) + 1, room)
        if managers.styles.height is None or managers.styles.height.value != wanted:
            managers.styles.height = wanted

    def entered(self) -> None:
        """The workers take the keys."""
        super().entered()
        self.screen.set_focus(self.query_one("#live-workers", LinkedTable), scroll_visible=False)

    def show(self, question: Question, answer: Answer) -> None:
        """Show rows and figures, and above the workers what is wrong with any."""
        say_why_empty(self, answer)
        super().show(question, answer)
        if answer.overview is not None:
            width = self.size.width
            parts = (scheduler_line, tasks_line, storage_line)
            lines = [part(answer.overview, width) for part in parts]
            self.query_one("#live-figures", TextLines).put(lines)
            workers = self.query_one("#live-workers", LinkedTable)
            self.query_one("#live-caption", Caption).tell(
                workers,
                answer.status,
                told=trouble(answer.overview),
                departed=answer.overview.departed_workers,
            )
        self._fit_managers()


def trouble(overview: Overview) -> list[StyledText]:
    """Workers that are wanted or silent, and tasks that run far too long."""
    counts = (
        (overview.pending_workers, "pending"),
        (overview.silent_workers, "silent"),
    )
    told = [f"{count:,} {what}" for count, what in counts if count]
    if overview.overdue_tasks:
        told.append(f"{count_with_noun(overview.overdue_tasks, 'task')} overdue")
    return [StyledText(text, "warn") for text in told]


def say_why_empty(pane: Pane, answer: Answer) -> None:
    """Let the tables of `pane` say why they have no rows, should they have none."""
    for table in pane.tables:
        table.empty = why_empty(table.table, answer.status)


class OneTable(Pane):
    """A tab of one table, and above it how many rows that has."""

    table = ""
    told: Sequence[StyledText] = ()
    """What else is said of its rows."""

    def __init__(self, table: str = "") -> None:
        super().__init__()
        self.table = table or self.table
        tab = TABLES[self.table].tab
        self.kind = tab.rows if tab is not None else ""  # what its rows are, beyond their name

    def compose(self) -> ComposeResult:
        """Yield the table under its caption."""
        self.of_all = linked_table(self.table, id=f"{self.table}-table")
        yield Caption(self.monitor.glyphs.name, classes="caption")
        yield self.of_all

    def on_resize(self, event: events.Resize) -> None:
        """The caption is the first that a low screen leaves out."""
        self.query_one(".caption").display = event.size.height >= CAPTION_FROM_HEIGHT

    def show(self, question: Question, answer: Answer) -> None:
        """Show rows and how many there are, or why there are none."""
        say_why_empty(self, answer)
        super().show(question, answer)
        self.query_one(".caption", Caption).tell(self.of_all, answer.status, self.kind, self.told)


class Processors(OneTable):
    """Every processor of every worker."""

    table = "processors"
    wants_overview = True

    def show(self, question: Question, answer: Answer) -> None:
        """Draw the news, with what is wrong with the workers."""
        if answer.overview is not None:
            left = answer.overview.departed_workers
            self.told = trouble(answer.overview) + (
                [StyledText(f"{left:,} departed", "warn")] if left else []
            )
        super().show(question, answer)


class Objects(OneTable):
    """The biggest objects, and what the store holds."""

    DEFAULT_CSS = """
    Objects { #objects-figures { height: 1; } }
    """
    table = "objects"
    wants_overview = True

    def compose(self) -> ComposeResult:
        """Yield what the store holds in all, and the table under its caption."""
        yield TextLines(self.monitor.glyphs.name, id="objects-figures")
        yield from super().compose()

    def show(self, question: Question, answer: Answer) -> None:
        """Show rows, of how many objects they are the biggest, and what the store holds."""
        if answer.overview is not None:
            in_all = answer.overview.objects
            self.kind = f"listed, the biggest of {format_count(in_all)}" if in_all else ""
        super().show(question, answer)
        if answer.overview is not None:
            self.query_one("#objects-figures", TextLines).put(
                [storage_line(answer.overview, self.size.width)]
            )
