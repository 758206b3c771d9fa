"""The list of tabs, ordered by `place`: panes without a table, and tables with a `TabSpec`."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.protocol.tables import TABLES

DIGITS = 10
"""Number of tabs with a digit key; 0 is the key of the tenth."""


class Tab(NamedTuple):
    """A tab: `short` is for a bar of 80 cells."""

    place: int
    name: str
    title: str
    short: str

    @property
    def digit(self) -> str:
        """The digit key of the tab; "" if it has none."""
        return str(self.place % DIGITS) if self.place <= DIGITS else ""


OF_NO_TABLE = (
    Tab(1, "live", "Live", "Live"),
    Tab(3, "stream", "Worker Task Stream", "Stream"),
    Tab(4, "charts", "Memory and CPU", "Mem"),
)


def all_tabs() -> tuple[Tab, ...]:
    """Return all tabs, ordered by place; a table is one if its `TableSpec` has a `TabSpec`."""
    of_tables = (
        Tab(table.place, table.key, table.tab.title, table.tab.short)
        for table in TABLES.values()
        if table.tab is not None
    )
    return tuple(sorted((*OF_NO_TABLE, *of_tables)))
