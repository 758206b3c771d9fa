"""The first rows of every table as text, in the order of the tabs."""

from __future__ import annotations

from collections.abc import Iterable

from scaler_monitor.export.text_table import TextColumn, text_table
from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.protocol.tables import TABLES

ROWS = 20
"""Maximum number of rows per table."""

TABLES_IN_REPORT = frozenset({"workers"})
"""Tables that are in the text report already."""


def text_questions() -> tuple[TableQuestion, ...]:
    """Return the questions for all tables that are not in the text report."""
    return tuple(
        TableQuestion(key, descending=table.descending, limit=ROWS)
        for key, table in TABLES.items()
        if key not in TABLES_IN_REPORT
    )


def text_tabs(pages: Iterable[TablePage], width: int) -> str:
    """Return the answers to `text_questions` as lines of at most `width` cells."""
    lines = []
    for page in pages:
        table = TABLES[page.table]
        lines += ["", _title(table, page), *text_table(_columns(table, page), width)]
    return "\n".join(line[:width].rstrip() for line in lines) + "\n"


def _title(table: TableSpec, page: TablePage) -> str:
    count = f"{page.matched - page.departed:,}" + (f", {page.departed:,} departed" if page.departed else "")
    if len(page.rows) < page.matched:
        by = table.column(table.sort).title
        order = "descending" if table.descending else "ascending"
        count = f"{len(page.rows)} of {page.matched:,} by {by}, {order}"
        count += f", {page.departed:,} of them departed" if page.departed else ""
    return f"{table.title} ({count})"


def _columns(table: TableSpec, page: TablePage) -> list[TextColumn]:
    shown = [
        _column(column, [row[place] for row in page.rows])
        for place, column in enumerate(table.columns)
        if column.key not in table.hidden
    ]
    marks = [TextColumn("", page.marks, name=True)] if any(page.marks) else []
    return [*shown, *marks]


def _column(column: ColumnSpec, values: list[object]) -> TextColumn:
    name = column.align == "left"
    cells = [format_value(column.kind, value) for value in values]
    return TextColumn(column.title, cells, name, column.width if name else 0, column.rank, column.grow)
