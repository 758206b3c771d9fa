"""A table of workers, tasks or other entities: asks for the rows in sight, and shows what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual import events
from textual.message import Message

from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.ui.table.layout import GAP, GUTTER
from scaler_monitor.ui.table.sorted_rows import SortedRows

MAX_ROWS_ASKED = 400


class EntityTable(SortedRows):
    """Rows of one table of `protocol.tables`; the cursor is on an entity, not on a row number.

    `name` of the look keeps a scoped table's sort and filter apart from the whole table's. Keys reach it as
    commands of the key table; it posts `EntityChosen` for Enter and asks through the app.
    """

    @dataclass
    class EntityChosen(Message):
        """Enter (or a double click) on a row."""

        table: EntityTable
        kind: str
        id: str
        values: list[Any]

        @property
        def control(self) -> EntityTable:
            """The table that posted it, for handlers that choose by selector."""
            return self.table

    def __init__(
        self,
        table: str | TableSpec,
        *,
        look_name: str = "",
        kind: str = "",
        scope_kind: str = "",
        scope_id: str = "",
        empty: str = "",
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(table, look_name=look_name, empty=empty, id=id, classes=classes)
        self.kind = kind or self.table.entity or self.table.key
        self.scope_kind, self.scope_id = scope_kind, scope_id
        self._page_filter = ""
        self._page_order: tuple[str, bool] = ("", False)

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

    def command_enter(self) -> None:
        """Into the entity under the cursor; without a cursor, into that of the first row in sight."""
        if not self.look.cursor:
            self._step(0)
        row = self.row_under_cursor()
        if row is not None:
            self.post_message(self.EntityChosen(self, self.kind, row.id, row.values))

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
