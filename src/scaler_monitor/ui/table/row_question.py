"""The question of a table: the visible rows, and one page before and after them."""

from __future__ import annotations

from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.ui.view_state import TableViewState

MAX_ROWS_ASKED = 400
"""Maximum number of rows in one question."""


def row_question(
    table: str, view: TableViewState, *, top: int, page_rows: int, scope: tuple[str, str]
) -> TableQuestion:
    """Return the question for `page_rows` rows from position `top` on; `scope` is (kind, id)."""
    return TableQuestion(
        table,
        view.sort,
        view.descending,
        view.filter,
        first=max(top - page_rows, 0),
        limit=min(3 * page_rows, MAX_ROWS_ASKED),
        cursor=view.cursor,
        scope_kind=scope[0],
        scope_id=scope[1],
    )
