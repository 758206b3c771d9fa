"""Panes of the tabs that show a table, some with additional lines."""

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
from scaler_monitor.ui.tabs.caption import Caption, empty_reason
from scaler_monitor.ui.tabs.linked_table import LinkedTable, linked_table
from scaler_monitor.ui.tabs.overview_lines import scheduler_line, storage_line, tasks_line

CAPTION_FROM_HEIGHT = 8
MANAGER_LINES = 4
"""Minimum height of the manager table: a header and three managers."""


class Live(Pane):
    """The Live tab: scheduler, object storage, worker managers, workers."""

    DEFAULT_CSS = """
    Live { #live-figures { height: 3; } #live-managers { height: 4; } }
    """
    wants_overview = True

    def compose(self) -> ComposeResult:
        """Yield the scheduler lines, the managers, and the workers with their caption."""
        yield TextLines(self.monitor.glyphs.name, id="live-figures")
        yield LinkedTable("managers", id="live-managers")
        yield Caption(self.monitor.glyphs.name, id="live-caption")
        self.last_focused = LinkedTable("workers", id="live-workers")
        yield self.last_focused

    def on_resize(self, event: events.Resize) -> None:
        """Show or hide managers and caption, depending on the height."""
        for part in ("#live-managers", "#live-caption"):
            self.query_one(part).display = event.size.height >= 14
        self._fit_managers()

    def _fit_managers(self) -> None:
        """Set the height of the manager table to its rows, up to a quarter of the screen."""
        managers = self.query_one("#live-managers", LinkedTable)
        room = max(self.size.height // 4, MANAGER_LINES)
        wanted = min(max(managers.window.count, 1) + 1, room)
        if managers.styles.height is None or managers.styles.height.value != wanted:
            managers.styles.height = wanted

    def entered(self) -> None:
        """Set the focus to the worker table."""
        super().entered()
        self.screen.set_focus(self.query_one("#live-workers", LinkedTable), scroll_visible=False)

    def show(self, question: Question, answer: Answer) -> None:
        """Show rows and scheduler lines, and warnings above the workers."""
        set_empty_reasons(self, answer)
        super().show(question, answer)
        if answer.overview is not None:
            width = self.size.width
            parts = (scheduler_line, tasks_line, storage_line)
            lines = [part(answer.overview, width) for part in parts]
            self.query_one("#live-figures", TextLines).set_lines(lines)
            workers = self.query_one("#live-workers", LinkedTable)
            self.query_one("#live-caption", Caption).update_counts(
                workers,
                answer.status,
                warnings=cluster_warnings(answer.overview),
                departed=answer.overview.departed_workers,
            )
        self._fit_managers()


def cluster_warnings(overview: Overview) -> list[StyledText]:
    """Return warnings about pending and silent workers and overdue tasks."""
    counts = (
        (overview.pending_workers, "pending"),
        (overview.silent_workers, "silent"),
    )
    warnings = [f"{count:,} {what}" for count, what in counts if count]
    if overview.overdue_tasks:
        warnings.append(f"{count_with_noun(overview.overdue_tasks, 'task')} overdue")
    return [StyledText(text, "warn") for text in warnings]


def set_empty_reasons(pane: Pane, answer: Answer) -> None:
    """Set the text that each table of `pane` shows if it is empty."""
    for table in pane.tables:
        table.empty = empty_reason(table.table, answer.status)


class OneTable(Pane):
    """A tab with one table and its caption."""

    table = ""
    warnings: Sequence[StyledText] = ()
    """Warnings in the caption."""

    def __init__(self, table: str = "") -> None:
        super().__init__()
        self.table = table or self.table
        tab = TABLES[self.table].tab
        self.kind = tab.rows if tab is not None else ""  # description of the rows in the caption

    def compose(self) -> ComposeResult:
        """Yield the caption and the table."""
        self.entity_table = linked_table(self.table, id=f"{self.table}-table")
        yield Caption(self.monitor.glyphs.name, classes="caption")
        yield self.entity_table

    def on_resize(self, event: events.Resize) -> None:
        """Hide the caption on a low screen."""
        self.query_one(".caption").display = event.size.height >= CAPTION_FROM_HEIGHT

    def show(self, question: Question, answer: Answer) -> None:
        """Show the rows and their caption, or why there are none."""
        set_empty_reasons(self, answer)
        super().show(question, answer)
        self.query_one(".caption", Caption).update_counts(
            self.entity_table, answer.status, self.kind, self.warnings
        )


class Processors(OneTable):
    """The Worker Processors tab."""

    table = "processors"
    wants_overview = True

    def show(self, question: Question, answer: Answer) -> None:
        """Show the rows, with warnings about workers in the caption."""
        if answer.overview is not None:
            left = answer.overview.departed_workers
            self.warnings = cluster_warnings(answer.overview) + (
                [StyledText(f"{left:,} departed", "warn")] if left else []
            )
        super().show(question, answer)


class Objects(OneTable):
    """The Objects tab: object storage and the biggest objects."""

    DEFAULT_CSS = """
    Objects { #objects-figures { height: 1; } }
    """
    table = "objects"
    wants_overview = True

    def compose(self) -> ComposeResult:
        """Yield the storage line, the caption and the table."""
        yield TextLines(self.monitor.glyphs.name, id="objects-figures")
        yield from super().compose()

    def show(self, question: Question, answer: Answer) -> None:
        """Show the rows, the number of all objects, and the storage line."""
        if answer.overview is not None:
            in_all = answer.overview.objects
            self.kind = f"listed, the biggest of {format_count(in_all)}" if in_all else ""
        super().show(question, answer)
        if answer.overview is not None:
            self.query_one("#objects-figures", TextLines).set_lines(
                [storage_line(answer.overview, self.size.width)]
            )
