"""The readers of all tables: one module per table with its `READER`; modules are discovered."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.reader import TableReader
from scaler_monitor.query.tones import row_tones

READERS: dict[str, TableReader] = {}
"""By table key."""


def register(reader: TableReader) -> None:
    """Add the reader of a table; raises ValueError if the table has one."""
    if reader.key in READERS:
        raise ValueError(f"table {reader.key!r} is read already")
    READERS[reader.key] = reader


def page_tones(key: str, rows: list[list[Any]], marks: list[str]) -> list[str]:
    """Return the tones of rows, as in TablePage.tones."""
    table = TABLES[key]
    by_position = {table.index(column): tone for column, tone in READERS[key].tones.items()}
    return row_tones(by_position, rows, marks)


for _module in iter_modules(__path__):
    register(import_module(f"{__name__}.{_module.name}").READER)
