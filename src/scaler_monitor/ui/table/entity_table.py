"""A table of workers, tasks or other entities on Textual's line API: cost follows the rows in sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from scaler_monitor.ui.glyphs import UNICODE, Glyphs, fit
from scaler_monitor.ui.look import TableLook
from scaler_monitor.ui.painted import changed_spans
from scaler_monitor.ui.table.ascii_scroll_bar import AsciiScrollBar
from scaler_monitor.ui.table.layout import GAP, GUTTER, Placed, place_columns, total_width
from scaler_monitor.ui.table.window import Row, RowWindow
from scaler_monitor.views.column import Column, Table
from scaler_monitor.views.page import TablePage, TableQuestion
from scaler_monitor.views.tables import TABLES

if TYPE_CHECKING:
    from scaler_monitor.ui.app import MonitorApp

KINDS = {
    "workers": "worker",
    "managers": "manager",
    "processors": "processor",
    "tasks": "task",
    "events": "event",
    "functions": "function",
    "machines": "machine",
    "clients": "client",
    "objects": "object",
}
"""What a row of a table is."""

MAX_ROWS_ASKED = 400


class EntityTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of one table of `views.tables`; the cursor is on an entity, not on a row number.

    `name` of the look keeps a scoped table's sort and filter apart from the whole table's. Keys reach it as
    commands of the key table; it posts `EntityChosen` for Enter and asks through the app.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    EntityTable {
        height: 1fr; width: 1fr; background: $background; scrollbar-size-horizontal: 0;
        scrollbar-size-vertical: 1; scrollbar-background: $background; scrollbar-color: $panel-lighten-2;
        scrollbar-background-hover: $background; scrollbar-background-active: $background;
        &> .entity-table--header { color: $text-muted; background: $panel; }
        &> .entity-table--sorted { color: $text; background: $panel; text-style: bold; }
        &> .entity-table--cursor { color: $block-cursor-foreground; background: $block-cursor-background; }
        &> .entity-table--cursor-blurred { color: $text; background: $panel; }
        &> .entity-table--mark { color: $text-warning; }
        &> .entity-table--faded { color: $text-disabled; text-style: italic; }
        &> .entity-table--good { color: $text-success; }
        &> .entity-table--warn { color: $text-warning; }
        &> .entity-table--bad { color: $text-error; text-style: bold; }
        &> .entity-table--dim { color: $text-muted; }
        &> .entity-table--accent { color: $text-accent; }
        &> .entity-table--empty { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES = {
        "entity-table--header",
        "entity-table--sorted",
        "entity-table--cursor",
        "entity-table--cursor-blurred",
        "entity-table--mark",
        "entity-table--faded",
        "entity-table--good",
        "entity-table--warn",
        "entity-table--bad",
        "entity-table--dim",
        "entity-table--accent",
        "entity-table--empty",
    }

    @dataclass
    class EntityChosen(Message):
        """Enter (or a double click) on a row."""

        table: EntityTable
        kind: str
        id: str
        values: list[Any]

        @property
        def control(self) -> EntityTable:
            """The table."""
            return self.table

    @dataclass
    class LookChanged(Message):
        """Sort, filter or columns were changed by the user."""

        table: EntityTable

        @property
        def control(self) -> EntityTable:
            """The table."""
            return self.table

    def __init__(
        self,
        table: str | Table,
        *,
        look_name: str = "",
        kind: str = "",
        scope_kind: str = "",
        scope_id: str = "",
        empty: str = "",
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.table = TABLES[table] if isinstance(table, str) else table
        self.kind = kind or KINDS.get(self.table.key, self.table.key)
        self.scope_kind, self.scope_id = scope_kind, scope_id
        self.look_name = look_name or self.table.key
        self.empty = empty or f"no {self.table.title.lower()}"
        self.window = RowWindow()
        self.answered = False
        self._own_look: TableLook | None = None
        self._page_filter = ""
        self._page_order: tuple[str, bool] = ("", False)
        self._pending: int | None = None  # row to put the cursor on, once its page has come
        self._pending_top: int | None = None
        self._cursor_row: Row | None = None  # as last seen, in case it goes
        self._lines: dict[int, Strip] = {}
        self._inks: dict[str, Style] = {}
        self._placed: list[Placed] = []
        self._placed_for: tuple[Any, ...] = ()

    def on_mount(self) -> None:
        """A scrollbar that this terminal can draw."""
        if self.glyphs.name == "ascii":
            self.vertical_scrollbar.renderer = AsciiScrollBar  # type: ignore[misc]

    # What it is asked and answered

    @property
    def look(self) -> TableLook:
        """Sort, filter and cursor; shared with every widget that shows the same table."""
        if self._own_look is None:
            self._own_look = self.monitor.looks.of(self.table, self.look_name)
        return self._own_look

    @property
    def monitor(self) -> MonitorApp:
        """The app, typed."""
        from scaler_monitor.ui.app import MonitorApp

        assert isinstance(self.app, MonitorApp)
        return self.app

    @property
    def glyphs(self) -> Glyphs:
        """The glyphs of this terminal."""
        return self.monitor.glyphs if self.is_attached else UNICODE

    @property
    def in_sight(self) -> bool:
        """Whether there is anything of it to see, so that it is worth asking for."""
        return self.is_attached and self.size.height > 0 and self.size.width > 0 and self.visible_here

    @property
    def visible_here(self) -> bool:
        """Whether it and all that it lies in is displayed."""
        return all(getattr(node, "display", True) for node in self.ancestors_with_self)

    @property
    def screenful(self) -> int:
        """Rows that fit under the header."""
        return max(self.scrollable_content_region.height - 1, 1)

    @property
    def top(self) -> int:
        """Position of the first row in sight."""
        return max(self.scroll_offset.y, 0)

    def question(self) -> TableQuestion:
        """What to ask for: the rows in sight and a screenful on either side."""
        look, rows = self.look, self.screenful
        top = self.top if self._pending is None else max(self._pending - rows // 2, 0)
        if not self.answered:
            top = look.top
        return TableQuestion(
            self.table.key,
            look.sort,
            look.descending,
            look.filter,
            first=max(top - rows, 0),
            limit=min(3 * rows, MAX_ROWS_ASKED),
            cursor=look.cursor,
            scope_kind=self.scope_kind,
            scope_id=self.scope_id,
        )

    def is_answered_by(self, asked: TableQuestion) -> bool:
        """Whether a page for `asked` still shows what is looked at."""
        look = self.look
        return (
            asked.table == self.table.key
            and (asked.sort, asked.descending, asked.filter) == (look.sort, look.descending, look.filter)
            and (asked.scope_kind, asked.scope_id) == (self.scope_kind, self.scope_id)
        )

    @property
    def is_current(self) -> bool:
        """Whether the rows in sight are those of the sort and filter in force, and the cursor is on one."""
        look = self.look
        shown = (*self._page_order, self._page_filter)
        return self._pending is None and self.answered and shown == (look.sort, look.descending, look.filter)

    def take(self, asked: TableQuestion, page: TablePage) -> None:
        """Show a page; cursor, selection and scroll stay where they are."""
        look = self.look
        if page.filter_error:
            look.filter_error = page.filter_error
            look.filter = look.good_filter
            self.post_message(self.LookChanged(self))
            return
        if look.filter == look.typed_filter:
            look.filter_error = ""
        look.good_filter = asked.filter
        refiltered, self._page_filter = asked.filter != self._page_filter, asked.filter
        self._page_order = (asked.sort, asked.descending)
        self.window.put(page)
        first_answer, self.answered = not self.answered, True
        self._follow_cursor(asked, page, refiltered)
        self._lay_out()
        if refiltered and not first_answer and look.cursor == "":
            self._scroll_to_row(0)
        elif first_answer and look.top:
            self._scroll_to_row(look.top)
        self._settle_pending()
        self.repaint()

    def _follow_cursor(self, asked: TableQuestion, page: TablePage, refiltered: bool) -> None:
        look, window = self.look, self.window
        window.gone = None
        if not look.cursor:
            return
        position = window.find(look.cursor)
        if position is None and page.cursor is not None and asked.cursor == look.cursor:
            position = page.cursor
        if position is not None:
            look.position = position
            self._cursor_row = window.at(position) or self._cursor_row
        elif asked.cursor == look.cursor and page.cursor is None:
            row = self._cursor_row
            if refiltered or row is None or row.id != look.cursor:
                look.cursor = ""
            else:
                window.keep_gone(row, look.position)
                assert window.gone is not None
                look.position = window.gone.position

    def _settle_pending(self) -> None:
        if self._pending is None:
            return
        row = self.window.at(min(self._pending, self.window.count - 1))
        if row is not None:
            self.look.position = min(self._pending, self.window.count - 1)
            self.look.cursor, self._cursor_row = row.id, row
            self._pending = None

    # Layout and drawing

    @property
    def columns(self) -> list[Placed]:
        """The columns on the screen."""
        look = self.look
        key = (self.scrollable_content_region.width, look.hidden, look.wide)
        if key != self._placed_for:
            self._placed = place_columns(self.table.columns, look.hidden, key[0], wide=look.wide)
            self._placed_for = key
        return self._placed

    def _lay_out(self) -> None:
        size = Size(max(total_width(self.columns), 1), self.window.count + 1)
        if size != self.virtual_size:
            self.virtual_size = size
            self._lines.clear()
            self.refresh()

    def repaint(self) -> None:
        """Draw again the cells in sight that changed."""
        if not self.is_attached:
            return
        regions = []
        for y in range(self.size.height):
            old = self._lines.get(y)
            if old is None:
                continue  # not on the screen, or dirty already
            new = self._lines[y] = self._line(y)
            regions += [Region(x, y, width, 1) for x, width in changed_spans(old, new)]
        if regions:
            self.refresh(*regions)

    def repaint_all(self) -> None:
        """Draw every line again: scrolled, resized, restyled."""
        self._lines.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, or a row."""
        line = self._lines.get(y)
        if line is None or line.cell_length != self.size.width:
            line = self._lines[y] = self._line(y)
        return line

    def _line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            segments = self._header()
        else:
            position = self.top + y - 1
            row = self.window.at(position)
            if row is not None:
                segments = self._row(row)
            elif y == 1 and self.answered and not self.window.count:
                segments = [Segment(" " * GUTTER + self.empty_sentence(), self._ink("empty"))]
            else:
                segments = []
        strip = Strip(segments)
        if self.scroll_offset.x:
            strip = strip.crop(self.scroll_offset.x)
        back = self._ink("header") if y == 0 else self._ink("")
        return strip.crop(0, width).adjust_cell_length(width, back)

    def empty_sentence(self) -> str:
        """What stands in place of rows."""
        if self.look.filter and self.window.total:
            return f"none of {self.window.total:,} rows match the filter"
        return self.empty

    def _header(self) -> list[Segment]:
        look, glyphs = self.look, self.glyphs
        plain, marked = self._ink("header"), self._ink("sorted")
        segments = [Segment(" " * GUTTER, plain)]
        for place in self.columns:
            column = place.column
            title, style = column.title, plain
            if column.key == look.sort:
                arrow = glyphs.descending if look.descending else glyphs.ascending
                title, style = fit(title, min(len(title), place.width - 1), "left", glyphs) + arrow, marked
            segments.append(Segment(fit(title, place.width, column.align, glyphs) + " " * GAP, style))
        return segments

    def _row(self, row: Row) -> list[Segment]:
        glyphs = self.glyphs
        on_cursor = bool(row.id) and row.id == self.look.cursor
        faded = row.mark in ("departed", "gone")
        if on_cursor:
            base = self._ink("cursor" if self.has_focus else "cursor-blurred")
        else:
            base = self._ink("faded") if faded else self._ink("")
        mark = {"departed": glyphs.departed, "stale": glyphs.stale, "gone": glyphs.gone}.get(row.mark, " ")
        mark_style = base if on_cursor or not row.mark else self._ink("mark")
        segments = [Segment(glyphs.cursor if on_cursor else " ", base), Segment(mark, mark_style)]
        for place in self.columns:
            value = row.values[place.place] if place.place < len(row.values) else None
            column, style = place.column, base
            if column.tone is not None and not on_cursor and not faded:
                tone = column.tone(value)
                if tone:
                    style = self._ink(tone)
            text = fit(column.format(value), place.width, column.align, glyphs)
            segments.append(Segment(text + " " * GAP, style))
        return segments

    def _ink(self, name: str) -> Style:
        style = self._inks.get(name)
        if style is None:
            style = self.get_component_rich_style(f"entity-table--{name}") if name else self.rich_style
            self._inks[name] = style
        return style

    def notify_style_update(self) -> None:
        """Look styles up again: theme, focus or a pseudo class changed."""
        super().notify_style_update()
        self._inks.clear()
        self._lines.clear()

    # Moving

    def _scroll_to_row(self, top: int) -> None:
        self.scroll_to(y=max(top, 0), animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled: other rows are in sight; ask at once where their page is not here."""
        self._lines.clear()
        super().watch_scroll_y(old_value, new_value)
        if self.answered:
            self.look.top = self.top
            if not self.window.reaches(self.top, self.screenful):
                self.monitor.hurry()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Scrolled sideways."""
        self._lines.clear()
        super().watch_scroll_x(old_value, new_value)

    def on_resize(self) -> None:
        """Other columns and other rows fit."""
        self._lines.clear()
        self._lay_out()
        self.monitor.hurry()

    def entered(self) -> None:
        """It came into sight again: the look may have been changed elsewhere."""
        if self.answered:
            self._scroll_to_row(self.look.top)
        self.repaint_all()

    def move_to(self, position: int) -> None:
        """Put the cursor on the row at `position` and bring it into sight."""
        if not self.window.count:
            return
        position = max(0, min(position, self.window.count - 1))
        row = self.window.at(position)
        was_gone = self.window.gone
        if row is None:
            self._pending = position
            self.look.position = position
            self.monitor.hurry()
        else:
            self._pending = None
            self.look.cursor, self.look.position, self._cursor_row = row.id, position, row
        if was_gone is not None and (row is None or row.id != was_gone.row.id):
            self.window.gone = None
            if position > was_gone.position:
                self.look.position = position = position - 1
            self._lay_out()
        if position < self.top:
            self._scroll_to_row(position)
        elif position >= self.top + self.screenful:
            self._scroll_to_row(position - self.screenful + 1)
        self.repaint()

    def _step(self, by: int) -> None:
        if self._pending is not None:
            self.move_to(self._pending + by)
        elif not self.look.cursor:
            self.move_to(self.top)
        else:
            self.move_to(self.look.position + by)

    def command_up(self) -> None:
        """One row up."""
        self._step(-1)

    def command_down(self) -> None:
        """One row down."""
        self._step(1)

    def command_page_up(self) -> None:
        """A screenful up."""
        self._step(-self.screenful)

    def command_page_down(self) -> None:
        """A screenful down."""
        self._step(self.screenful if self.look.cursor or self._pending is not None else 0)

    def command_first(self) -> None:
        """To the first row."""
        self.move_to(0)

    def command_last(self) -> None:
        """To the last row."""
        self.move_to(self.window.count - 1)

    def command_left(self) -> None:
        """Sideways; from the left edge back to the columns that fit."""
        if self.scroll_offset.x > 0:
            self.scroll_to(x=self.scroll_offset.x - 10, animate=False, force=True, immediate=True)
        elif self.look.wide:
            self.look.wide = False
            self._lay_out()
            self.repaint_all()

    def command_right(self) -> None:
        """Sideways, into the columns that did not fit."""
        if not self.look.wide and len(self.columns) < len(self.table.columns) - len(self.look.hidden):
            self.look.wide = True
            self._lay_out()
            self.repaint_all()
        self.scroll_to(x=self.scroll_offset.x + 10, animate=False, force=True, immediate=True)

    def command_enter(self) -> None:
        """Into the entity under the cursor; without a cursor, put it on the first row in sight."""
        if not self.look.cursor:
            self._step(0)
            return
        position = self.window.find(self.look.cursor)
        row = self.window.at(position) if position is not None else self._cursor_row
        if row is not None and row.id == self.look.cursor:
            self.post_message(self.EntityChosen(self, self.kind, row.id, row.values))

    # Sorting

    def sort_by(self, key: str, descending: bool | None = None) -> None:
        """Sort by a column; by the same one again the other way round. The header shows it at once."""
        look = self.look
        if descending is not None:
            look.sort, look.descending = key, descending
        elif look.sort == key:
            look.descending = not look.descending
        else:
            look.sort, look.descending = key, True
        self._scroll_to_row(0)
        look.top = 0
        self.repaint()
        self.post_message(self.LookChanged(self))

    def sorts_by_letter(self, letter: str) -> Column | None:
        """The column that a sort letter means here."""
        for column in self.table.columns:
            if column.shortcut == letter:
                return column
        return None

    def allows_sort_letter(self, letter: str) -> bool:
        """Whether the key means anything here: sort letters are for worker tables."""
        return self.sorts_by_letter(letter) is not None

    def command_sort_letter(self, letter: str) -> None:
        """Sort a worker table by the column of `letter`."""
        column = self.sorts_by_letter(letter)
        if column is not None:
            self.sort_by(column.key)

    def command_sort_next(self, side: str) -> None:
        """Sort by the column to the "left" or "right" of the one sorted by."""
        keys = [place.column.key for place in self.columns]
        if not keys:
            return
        step = 1 if side == "right" else -1
        here = keys.index(self.look.sort) if self.look.sort in keys else -1 if step == 1 else 0
        self.sort_by(keys[(here + step) % len(keys)], self.look.descending)

    def command_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.look.sort)

    # Filtering

    def filter_by(self, text: str) -> None:
        """Use a filter as typed; whether it parses is told by the page that comes."""
        look = self.look
        look.typed_filter = text
        look.filter_error = ""
        if look.filter != text:
            look.filter = text
            self.post_message(self.LookChanged(self))

    # The mouse, which can do what keys can

    def on_click(self, event: events.Click) -> None:
        """A title sorts, a row takes the cursor, a double click goes into it."""
        self.focus(scroll_visible=False)
        if event.y == 0:
            x = event.x + self.scroll_offset.x - GUTTER
            for place in self.columns:
                if 0 <= x < place.width + GAP:
                    self.sort_by(place.column.key)
                    return
                x -= place.width + GAP
            return
        position = self.top + event.y - 1
        if position < self.window.count:
            self.move_to(position)
            if event.chain == 2:
                self.command_enter()
