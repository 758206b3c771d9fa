"""A pane: what fills the screen between status line and footer. One pane is visible at a time.

A pane says which data it needs (`wants`) and draws the answers (`show`); only the visible pane does so. For
a pane of tables both are done here: it only composes `EntityTable`s. Commands of the key table are methods
`command_<name>` of the pane or of a widget in it, see `scaler_monitor.ui.command_dispatch`.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from textual import events
from textual.containers import Vertical

from scaler_monitor.protocol.page import Answer, FigureQuestion, Question, TableQuestion
from scaler_monitor.ui.monitor import Monitor, monitor_of
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.table.window import RowWindow
from scaler_monitor.ui.view_state import TableViewState


class Filtered(Protocol):
    """An object whose rows can be filtered, such as an `EntityTable`."""

    @property
    def view(self) -> TableViewState:
        """The filter as typed and as applied, and its parse error."""

    @property
    def window(self) -> RowWindow:
        """Numbers of all and of matching rows."""

    def filter_by(self, text: str) -> None:
        """Apply a filter as typed; `view` has its parse error when the answer has arrived."""


class Wants(NamedTuple):
    """The parts of a Question that a pane decides."""

    overview: bool = False
    tables: tuple[TableQuestion, ...] = ()
    figures: tuple[FigureQuestion, ...] = ()
    facts_kind: str = ""
    facts_id: str = ""


class Pane(Vertical):
    """The base of the top view, of every tab and of every entity's page.

    `crumb` is its name in the breadcrumbs. Override `wants` to ask for more than tables and `show` to draw
    it, and call the base for the tables. A part of an `Answer` that is None has not changed: keep the old
    one.
    """

    DEFAULT_CSS = """
    Pane { width: 1fr; height: 1fr; }
    """

    crumb: str = ""
    needs_answer = True
    """Whether it is empty before its first answer."""
    wants_overview: bool = False

    def __init__(self, entity: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.entity = entity
        self.last_focused: EntityTable | None = None  # or that gets the focus first
        self.shown_at = 0.0  # when it showed its newest answer, by the steady clock; 0 is never

    @property
    def monitor(self) -> Monitor:
        """The app, as the type that panes use."""
        return monitor_of(self)

    @property
    def tables(self) -> list[EntityTable]:
        """The visible tables, in the order of `compose`."""
        return [table for table in self.query(EntityTable) if table.in_sight]

    @property
    def active_table(self) -> EntityTable | None:
        """The table that keys act on: the one that had the focus last, else the first visible one."""
        tables = self.tables
        for table in tables:
            if table.has_focus:
                return table
        if self.last_focused in tables:
            return self.last_focused
        return tables[0] if tables else None

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember the table: it stays the active one while the filter line has the focus."""
        if isinstance(event.widget, EntityTable):
            self.last_focused = event.widget

    @property
    def filtered(self) -> Filtered | None:
        """What the filter line filters: the active table, if there is one."""
        return self.active_table

    def wants(self) -> Wants:
        """Return the data to request now."""
        return Wants(overview=self.wants_overview, tables=tuple(table.question() for table in self.tables))

    def show(self, question: Question, answer: Answer) -> None:
        """Show an answer to a question of this pane, possibly to an older one."""
        if answer.tables is None:
            return
        for table in self.tables:
            for asked, page in zip(question.tables, answer.tables, strict=False):
                if table.is_answered_by(asked):
                    table.take(asked, page)

    def is_asked_by(self, question: Question) -> bool:
        """Return whether a question is about the content of this pane, at any scroll and cursor position."""
        wants = self.wants()
        return (
            question.overview == wants.overview
            and (question.facts_kind, question.facts_id) == (wants.facts_kind, wants.facts_id)
            and [_subject(table) for table in question.tables] == [_subject(table) for table in wants.tables]
            and [_drawn(figure) for figure in question.figures]
            == [_drawn(figure) for figure in wants.figures]
        )

    def entered(self) -> None:
        """Update the tables and focus the active one; called when the pane becomes visible."""
        for table in self.tables:
            table.entered()
        active = self.active_table
        if active is not None:
            self.screen.set_focus(active, scroll_visible=False)


def _subject(asked: TableQuestion) -> tuple[str, str, str]:
    return asked.table, asked.scope_kind, asked.scope_id


def _drawn(asked: FigureQuestion) -> tuple[str, str, str]:
    return asked.figure, asked.scope_kind, asked.scope_id
