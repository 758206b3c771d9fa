"""Every table of the monitor by its key: the single source for top, tabs, pages, text and exports.

To add a table: a module in this folder with its `TABLE`, and one in `query/tables/` that says how it is read
from the model. Both are found by themselves. Neither the model nor numpy is imported here, so that screens
draw from it.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from scaler_monitor.protocol.table_spec import TableSpec

TABLES: dict[str, TableSpec] = {}
"""By key, in the order of their places."""


def register(table: TableSpec) -> None:
    """Have a table everywhere; raises ValueError where its key or its place is taken."""
    if any(table.key == other.key or table.place == other.place for other in TABLES.values()):
        raise ValueError(f"table {table.key!r} or its place {table.place} is there already")
    ordered = sorted([*TABLES.values(), table], key=lambda other: other.place)
    TABLES.clear()
    TABLES.update((other.key, other) for other in ordered)


for _module in iter_modules(__path__):
    register(import_module(f"{__name__}.{_module.name}").TABLE)


def table_of(kind: str) -> TableSpec | None:
    """The table whose rows are things of a kind; None where there is none."""
    return next((table for table in TABLES.values() if table.entity == kind), None)
