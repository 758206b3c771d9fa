"""The definition of every table: the single source for top view, tabs, pages, text and exports.

To add a table, add a module with `TABLE` here, and one of the same name with `READER` in `query/tables/`,
which reads it from the model. Both are discovered. Screens import this package, so it must not import the
model or numpy.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from scaler_monitor.protocol.table_spec import TableSpec

TABLES: dict[str, TableSpec] = {}
"""By key, ordered by `place`."""


def register(table: TableSpec) -> None:
    """Add a table; raises ValueError if its key or place is in use."""
    if any(table.key == other.key or table.place == other.place for other in TABLES.values()):
        raise ValueError(f"table {table.key!r} or its place {table.place} is there already")
    ordered = sorted([*TABLES.values(), table], key=lambda other: other.place)
    TABLES.clear()
    TABLES.update((other.key, other) for other in ordered)


for _module in iter_modules(__path__):
    register(import_module(f"{__name__}.{_module.name}").TABLE)


def table_of(kind: str) -> TableSpec | None:
    """Return the table whose rows are entities of `kind`; None if there is none."""
    return next((table for table in TABLES.values() if table.entity == kind), None)
