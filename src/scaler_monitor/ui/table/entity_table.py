"""The table widget: asks for the rows in sight, draws what is answered, and takes the keys of tables.

It draws on Textual's line API, so that its cost follows the screen and not the length of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rich.style import Style
from textual import events
from textual.geometry import Size
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
from scaler_monitor.ui.table.column_layout import ColumnLayout, Placed, column_at, total_width
from scaler_monitor.ui.table.drawn_lines import DrawnLines
from scaler_monitor.ui.table.line_painter import LinePainter
from scaler_monitor.ui.table.row_cursor import RowCursor
from scaler_monitor.ui.table.scroll_bar import TableScrollBar
from scaler_monitor.ui.table.sort_and_filter import SortAndFilter
from scaler_monitor.ui.table.table_commands import TableCommands
from scaler_monitor.ui.table.window import Row, RowWindow
from scaler_monitor.ui.view_state import TableViewState

MAX_ROWS_ASKED = 400


class EntityTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of one table of `protocol.tables`; the cursor is on an entity, not on a row number.

    `view_name` keeps a scoped table's sort and filter apart from the whole table's. It posts `EntityChosen`
    for Enter. `window` holds the rows, `row_cursor` moves the cursor among them, `sort_and_filter` has what
    the user chose, `command_handler` takes the keys.
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
        """The user changed sort or filter, or a filter was refused."""

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
        self._painter = LinePainter(self._style_of)
        self._lines = DrawnLines(self._paint)
        self.command_handler = TableCommands(self)

    # Made when first used: the look is the app's

    @cached_property
    def view(self) -> TableViewState:
        """Sort, filter and cursor; shared with every widget that shows the same table."""
        return self.monitor.view_state.of(self.table, self.view_name)

    @cached_property
    def row_cursor(self) -> RowCursor:
        """What moves the cursor."""
        return RowCursor(self.table, self.view, self.window)

    @cached_property
    def sort_and_filter(self) -> SortAndFilter:
        """What the user chose to see."""
        return SortAndFilter(self.table, self.view)

    @property
    def monitor(self) -> Monitor:
        """The app, typed."""
        return monitor_of(self)

    # What is in sight

    @property
    def in_sight(self) -> bool:
        """Whether there is anything of it to see, so that it is worth asking for."""
        displayed = all(getattr(node, "display", True) for node in self.ancestors_with_self)
        return self.is_attached and self.size.height > 0 and self.size.width > 0 and displayed

    @property
    def screenful(self) -> int:
        """Rows that fit under the header."""
        return max(self.scrollable_content_region.height - 1, 1)

    @property
    def top(self) -> int:
        """Position of the first row in sight."""
        return max(self.scroll_offset.y, 0)

    @property
    def columns(self) -> list[Placed]:
        """The columns on the screen."""
        return self._layout_of_columns.placed(self.scrollable_content_region.width, self.view)

    @property
    def is_current(self) -> bool:
        """Whether the rows in sight are those of the sort and filter in force, and the cursor is on one."""
        return self.row_cursor.pending is None and self.answered and self.sort_and_filter.is_held

    def row_under_cursor(self) -> Row | None:
        """The row of the cursor as it is held, or as it was held last; None without a cursor."""
        return self.row_cursor.row()

    def empty_sentence(self) -> str:
        """What stands in place of rows."""
        if self.view.filter and self.window.total:
            return f"none of {count_with_noun(self.window.total, 'row')} matches the filter"
        return self.empty

    # Questions and answers

    def question(self) -> TableQuestion:
        """What to ask for: the rows in sight and a screenful on either side."""
        view, rows, pending = self.view, self.screenful, self.row_cursor.pending
        top = self.top if pending is None else max(pending - rows // 2, 0)
        if not self.answered:
            top = view.top
        return TableQuestion(
            self.table.key,
            view.sort,
            view.descending,
            view.filter,
            first=max(top - rows, 0),
            limit=min(3 * rows, MAX_ROWS_ASKED),
            cursor=view.cursor,
            scope_kind=self.scope_kind,
            scope_id=self.scope_id,
        )

    def is_answered_by(self, asked: TableQuestion) -> bool:
        """Whether a page for `asked` still shows what is looked at."""
        scope = (asked.scope_kind, asked.scope_id) == (self.scope_kind, self.scope_id)
        return asked.table == self.table.key and scope and self.sort_and_filter.is_asked_by(asked)

    def take(self, asked: TableQuestion, page: TablePage) -> None:
        """Show a page; cursor, selection and scroll stay where they are."""
        view = self.view
        if page.filter_error:
            self.sort_and_filter.refuse(page.filter_error)
            self.post_message(self.ViewChanged(self))
            return
        refiltered = self.sort_and_filter.accept(asked)
        self.window.set_page(page)
        first_answer, self.answered = not self.answered, True
        self.row_cursor.follow(asked, page, refiltered=refiltered)
        self._fit_size()
        if refiltered and not first_answer and view.cursor == "":
            self._scroll_to_row(0)
        elif first_answer and view.top:
            self._scroll_to_row(view.top)
        self.row_cursor.settle_pending()
        self.repaint()

    def entered(self) -> None:
        """It came into sight again: the look may have been changed elsewhere."""
        if self.answered:
            self._scroll_to_row(self.view.top)
        self.repaint_all()

    # Drawing

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """One that this terminal can draw, and that repaints little."""
        if self._vertical_scrollbar is None:
            is_ascii = self.is_attached and self.monitor.glyphs.name == "ascii"
            self._vertical_scrollbar = TableScrollBar(is_ascii=is_ascii)
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)  # noqa: SLF001
        return self._vertical_scrollbar

    def repaint(self, lines: int | None = None) -> None:
        """Draw again the cells in sight that changed, of the first `lines` only if that is given."""
        regions = self._lines.changed(self.size, lines) if self.is_attached else []
        if regions:
            self.refresh(*regions)

    def repaint_all(self) -> None:
        """Draw every line again: scrolled, resized, restyled."""
        self._lines.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, or a row."""
        return self._lines.line(y, self.size.width)

    def _paint(self, y: int) -> Strip:
        painter, view, glyphs, width = self._painter, self.view, self.monitor.glyphs, self.size.width
        scrolled_cells, scrolled_rows = self.scroll_offset
        if y == 0:
            segments = painter.header(self.columns, view, glyphs)
            return painter.strip(segments, scrolled_cells, width, ground="header")
        row = self.window.at(max(scrolled_rows, 0) + y - 1)
        if row is not None:
            segments = painter.row(row, self.columns, view, glyphs, has_focus=self.has_focus)
        elif y == 1 and self.answered and not self.window.count:
            segments = painter.sentence(self.empty_sentence())
        else:
            segments = []
        return painter.strip(segments, scrolled_cells, width)

    def _style_of(self, name: str) -> Style:
        return self.get_component_rich_style(styles.PREFIX + name) if name else self.rich_style

    def notify_style_update(self) -> None:
        """Look styles up again: theme, focus or a pseudo class changed."""
        super().notify_style_update()
        self._painter.clear_styles()
        self._lines.clear()

    # Size and scrolling

    def _fit_size(self) -> None:
        """Let one scroll over all rows and columns."""
        size = Size(max(total_width(self.columns), 1), self.window.count + 1)
        if size == self.virtual_size:
            return
        if self._is_only_longer(size):
            self.set_reactive(EntityTable.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size
            self._lines.clear()
            self.refresh()

    def _is_only_longer(self, size: Size) -> bool:
        """Whether nothing changes with `size` but how far one can scroll: no layout, no other lines."""
        height = self.scrollable_content_region.height
        return (
            size.width == self.virtual_size.width
            and self.virtual_size.height > height
            and size.height > height
            and size.height - height >= self.scroll_offset.y
        )

    def _scroll_to_row(self, top: int) -> None:
        self.scroll_to(y=max(top, 0), animate=False, force=True, immediate=True)

    def scroll_to_cell(self, x: int) -> None:
        """Scroll sideways."""
        self.scroll_to(x=x, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled: other rows are in sight; ask at once where their page is not here."""
        self._lines.clear()
        super().watch_scroll_y(old_value, new_value)
        if self.answered:
            self.view.top = self.top
            if not self.window.reaches(self.top, self.screenful):
                self.monitor.collector.poll_now()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Scrolled sideways."""
        self._lines.clear()
        super().watch_scroll_x(old_value, new_value)

    def on_resize(self) -> None:
        """Other columns and other rows fit."""
        self._lines.clear()
        self._fit_size()
        self.monitor.collector.poll_if_changed()

    # What the user does

    def move_to(self, position: int) -> None:
        """Put the cursor on the row at `position` and bring it into sight."""
        move = self.row_cursor.move_to(position)
        if move is None:
            return
        if not move.is_held:
            self.monitor.collector.poll_now()
        if move.is_shorter:
            self._fit_size()
        if move.position < self.top:
            self._scroll_to_row(move.position)
        elif move.position >= self.top + self.screenful:
            self._scroll_to_row(move.position - self.screenful + 1)
        self.repaint()

    def sort_by(self, key: str, descending: bool | None = None) -> None:
        """Sort by a column; by the same one again the other way round. The header shows it at once."""
        columns = self.columns
        self.sort_and_filter.sort_by(key, descending)
        self._scroll_to_row(0)
        self.view.top = 0
        self.repaint(1 if columns == self.columns else None)  # the rows stay as they are until others come
        self.post_message(self.ViewChanged(self))

    def filter_by(self, text: str) -> None:
        """Use a filter as typed; the page that comes says whether it parses."""
        if self.sort_and_filter.filter_by(text):
            self.post_message(self.ViewChanged(self))

    def step(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self.move_to(self.row_cursor.stepped(by, self.top))

    def show_all_columns(self, wide: bool) -> None:
        """Show all columns, to be scrolled sideways, or those that fit."""
        self.view.wide = wide
        self._fit_size()
        self.repaint_all()

    def command_enter(self) -> None:
        """Into the entity under the cursor; without a cursor, into that of the first row in sight."""
        if not self.view.cursor:
            self.step(0)
        row = self.row_under_cursor()
        if row is not None:
            self.post_message(self.EntityChosen(self, self.kind, row.id, row.values))

    def on_click(self, event: events.Click) -> None:
        """A title sorts, a row takes the cursor, a double click goes into it."""
        self.focus(scroll_visible=False)
        if event.y == 0:
            column = column_at(self.columns, event.x + self.scroll_offset.x)
            if column is not None:
                self.sort_by(column.key)
            return
        position = self.top + event.y - 1
        if position < self.window.count:
            self.move_to(position)
            if event.chain == 2:
                self.command_enter()
