"""The table widget: requests the visible rows, draws them, and handles the keys of tables.

It uses Textual's line API, so that its cost depends on the screen size and not on the length of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from textual import events
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.monitor import Monitor, monitor_of
from scaler_monitor.ui.table import styles
from scaler_monitor.ui.table.column_layout import ColumnLayout, Placed
from scaler_monitor.ui.table.row_cursor import RowCursor
from scaler_monitor.ui.table.row_question import row_question
from scaler_monitor.ui.table.scroll_area import ScrollArea
from scaler_monitor.ui.table.scroll_bar import TableScrollBar
from scaler_monitor.ui.table.sort_and_filter import SortAndFilter
from scaler_monitor.ui.table.table_commands import TableCommands
from scaler_monitor.ui.table.table_lines import TableLines
from scaler_monitor.ui.table.window import Row, RowWindow
from scaler_monitor.ui.view_state import TableViewState


class EntityTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of one table of `protocol.tables`; the cursor is on an entity, not on a row number.

    `view_name` gives a scoped table its own sort and filter. Posts `EntityChosen` on Enter. `window` has the
    rows, `row_cursor` moves the cursor, `sort_and_filter` has what the user selected, `scroll_area` scrolls,
    `command_handler` handles keys and clicks.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = styles.CSS
    COMPONENT_CLASSES = styles.COMPONENT_CLASSES

    @dataclass
    class EntityChosen(Message):
        """Enter (or a double click) on a row."""

        table: EntityTable
        kind: str
        id: str
        values: list[Any]

    @dataclass
    class ViewChanged(Message):
        """The user changed sort or filter, or a filter is invalid."""

        table: EntityTable

    def __init__(
        self,
        table: str | TableSpec,
        *,
        view_name: str = "",
        kind: str = "",
        scope_kind: str = "",
        scope_id: str = "",
        empty: str = "",
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.table = TABLES[table] if isinstance(table, str) else table
        self.view_name = view_name or self.table.key
        self.empty = empty or f"no {self.table.title.lower()}"
        self.kind = kind or self.table.entity or self.table.key
        self.scope_kind, self.scope_id = scope_kind, scope_id
        self.window = RowWindow()
        self.answered = False
        self._layout_of_columns = ColumnLayout(self.table.columns)
        self._lines = TableLines(self)
        self.scroll_area = ScrollArea(self)
        self.command_handler = TableCommands(self)

    # Created when first used, because the view state is the app's

    @cached_property
    def view(self) -> TableViewState:
        """View state, shared by all widgets of the same table."""
        return self.monitor.view_state.of_table(self.table, self.view_name)

    @cached_property
    def row_cursor(self) -> RowCursor:
        """Moves the cursor."""
        return RowCursor(self.table, self.view, self.window)

    @cached_property
    def sort_and_filter(self) -> SortAndFilter:
        """Sort and filter that the user selected."""
        return SortAndFilter(self.table, self.view)

    @property
    def monitor(self) -> Monitor:
        """The app as a Monitor."""
        return monitor_of(self)

    # What is visible

    @property
    def in_sight(self) -> bool:
        """Whether any part of the table is visible, so that its rows are needed."""
        displayed = all(getattr(node, "display", True) for node in self.ancestors_with_self)
        return self.is_attached and self.size.height > 0 and self.size.width > 0 and displayed

    @property
    def screenful(self) -> int:
        """Rows that fit under the header."""
        return max(self.scrollable_content_region.height - 1, 1)

    @property
    def top(self) -> int:
        """Position of the first visible row."""
        return max(self.scroll_offset.y, 0)

    @property
    def columns(self) -> list[Placed]:
        """The columns on the screen."""
        return self._layout_of_columns.placed(self.scrollable_content_region.width, self.view)

    @property
    def is_current(self) -> bool:
        """Whether the rows match the present sort and filter, and the cursor is not waiting for its row."""
        return self.row_cursor.pending is None and self.answered and self.sort_and_filter.is_held

    def row_under_cursor(self) -> Row | None:
        """Return the row at the cursor as last received; None without a cursor."""
        return self.row_cursor.row()

    def empty_sentence(self) -> str:
        """Return the text that is shown instead of rows."""
        if self.view.filter and self.window.total:
            return f"none of {count_with_noun(self.window.total, 'row')} matches the filter"
        return self.empty

    # Questions and answers

    def question(self) -> TableQuestion:
        """Return the question for the visible rows, and one page before and after them."""
        view, rows, pending = self.view, self.screenful, self.row_cursor.pending
        top = self.top if pending is None else max(pending - rows // 2, 0)
        if not self.answered:
            top = view.top
        return row_question(
            self.table.key, view, top=top, page_rows=rows, scope=(self.scope_kind, self.scope_id)
        )

    def is_answered_by(self, asked: TableQuestion) -> bool:
        """Return whether a page for `asked` matches the present scope, sort and filter."""
        scope = (asked.scope_kind, asked.scope_id) == (self.scope_kind, self.scope_id)
        return asked.table == self.table.key and scope and self.sort_and_filter.is_asked_by(asked)

    def take(self, asked: TableQuestion, page: TablePage) -> None:
        """Show a page; cursor and scroll position are preserved."""
        view = self.view
        if page.filter_error:
            self.sort_and_filter.refuse(page.filter_error)
            self.post_message(self.ViewChanged(self))
            return
        refiltered = self.sort_and_filter.accept(asked)
        self.window.set_page(page)
        first_answer, self.answered = not self.answered, True
        self.row_cursor.follow(asked, page, refiltered=refiltered)
        self.fit_size()
        if refiltered and not first_answer and view.cursor == "":
            self.scroll_area.scroll_to_row(0)
        elif first_answer and view.top:
            self.scroll_area.scroll_to_row(view.top)
        self.row_cursor.settle_pending()
        self.repaint()

    def entered(self) -> None:
        """Draw the table when it becomes visible: another widget may have changed its view state."""
        if self.answered:
            self.scroll_area.scroll_to_row(self.view.top)
        self.repaint_all()

    # Drawing

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar, in characters of the glyph set; it repaints few cells."""
        if self._vertical_scrollbar is None:
            is_ascii = self.is_attached and self.monitor.glyphs.name == "ascii"
            self._vertical_scrollbar = TableScrollBar(is_ascii=is_ascii)
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)  # noqa: SLF001
        return self._vertical_scrollbar

    def repaint(self, lines: int | None = None) -> None:
        """Repaint the visible cells that have changed, in all lines or only the first `lines`."""
        regions = self._lines.changed(lines) if self.is_attached else []
        if regions:
            self.refresh(*regions)

    def repaint_all(self) -> None:
        """Repaint every line."""
        self._lines.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the screen: the header, or a row."""
        return self._lines.line(y)

    def notify_style_update(self) -> None:
        """Discard styles and lines after a change of theme, focus or pseudo class."""
        super().notify_style_update()
        self._lines.clear_styles()

    # Size and scrolling

    def fit_size(self) -> None:
        """Set the scrollable size for the present rows and columns."""
        if self.scroll_area.fit():
            self.repaint_all()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the rows after vertical scrolling; request them at once if they are not in the window."""
        self._lines.clear()
        super().watch_scroll_y(old_value, new_value)
        if self.answered:
            self.view.top = self.top
            if not self.window.reaches(self.top, self.screenful):
                self.monitor.collector.poll_now()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Draw the columns after horizontal scrolling."""
        self._lines.clear()
        super().watch_scroll_x(old_value, new_value)

    def on_resize(self) -> None:
        """Adapt columns and rows to the new size."""
        self._lines.clear()
        self.fit_size()
        self.monitor.collector.poll_if_changed()

    # Commands

    def move_to(self, position: int) -> None:
        """Move the cursor to the row at `position`, and make it visible."""
        move = self.row_cursor.move_to(position)
        if move is None:
            return
        if not move.is_held:
            self.monitor.collector.poll_now()
        if move.is_shorter:
            self.fit_size()
        if move.position < self.top:
            self.scroll_area.scroll_to_row(move.position)
        elif move.position >= self.top + self.screenful:
            self.scroll_area.scroll_to_row(move.position - self.screenful + 1)
        self.repaint()

    def sort_by(self, key: str, descending: bool | None = None) -> None:
        """Sort by a column; by the same one again in the other direction. The header changes at once."""
        columns = self.columns
        self.sort_and_filter.sort_by(key, descending)
        self.scroll_area.scroll_to_row(0)
        self.view.top = 0
        self.repaint(1 if columns == self.columns else None)  # the rows stay until new ones arrive
        self.post_message(self.ViewChanged(self))

    def filter_by(self, text: str) -> None:
        """Apply a filter as typed; the next page has its parse error."""
        if self.sort_and_filter.filter_by(text):
            self.post_message(self.ViewChanged(self))

    def step(self, by: int) -> None:
        """Move the cursor by `by` rows."""
        self.move_to(self.row_cursor.stepped(by, self.top))

    def command_enter(self) -> None:
        """Open the page of the entity at the cursor; without a cursor, of the first visible row."""
        if not self.view.cursor:
            self.step(0)
        row = self.row_under_cursor()
        if row is not None:
            self.post_message(self.EntityChosen(self, self.kind, row.id, row.values))

    def on_click(self, event: events.Click) -> None:
        """Sort by a clicked title, move the cursor to a clicked row, open its page on a double click."""
        self.focus(scroll_visible=False)
        self.command_handler.click(event.x, event.y, is_double=event.chain == 2)
