"""How every table of the protocol is read: one module a table with its `READER`, found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.reader import TableReader
from scaler_monitor.query.tones import tones_of_rows

READERS: dict[str, TableReader] = {}
"""By key of the table."""


def register(reader: TableReader) -> None:
    """Read a table with `reader`; raises ValueError where it has one."""
    if reader.key in READERS:
        raise ValueError(f"table {reader.key!r} is read already")
    READERS[reader.key] = reader


def page_tones(key: str, rows: list[list[Any]], marks: list[str]) -> list[str]:
    """Return what TablePage.tones has for rows of a table."""
    table = TABLES[key]
    by_place = {table.index(column): tone for column, tone in READERS[key].tones.items()}
    return tones_of_rows(by_place, rows, marks)


for _module in iter_modules(__path__):
    register(import_module(f"{__name__}.{_module.name}").READER)
