"""Chosen columns: kept as what differs from a table's own, so that columns of a later release are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.protocol.tables import TABLES

MAX_TABLES = 100
MAX_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The columns of one table, by key, that are shown or hidden although the table has them otherwise."""

    shown: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def hidden_of(self, table: TableSpec) -> frozenset[str]:
        """The columns of `table` that are off; its own where this would hide them all."""
        known = frozenset(column.key for column in table.columns)
        hidden = ((table.hidden - self.shown) | self.hidden) & known
        return table.hidden if hidden == known else hidden

    def changed(self, table: TableSpec, hidden: frozenset[str]) -> ColumnChoice:
        """The choice that has `hidden` off in `table`; of columns that it does not know it stays the same."""
        known = frozenset(column.key for column in table.columns)
        return ColumnChoice(
            (self.shown - known) | (table.hidden - hidden), (self.hidden - known) | (hidden - table.hidden)
        )

    def written(self) -> dict[str, list[str]]:
        """As a file holds it; empty where nothing differs."""
        lists = {"shown": sorted(self.shown), "hidden": sorted(self.hidden)}
        return {name: keys for name, keys in lists.items() if keys}


def read_choice(table: str, value: Any) -> ColumnChoice | None:
    """The choice that a file holds for a table; None where that is no such thing.

    An older file has the list of all columns shown: a column that it does not name was off.
    """
    if isinstance(value, list):
        if not _are_keys(value) or table not in TABLES:
            return ColumnChoice() if _are_keys(value) else None
        known = frozenset(column.key for column in TABLES[table].columns)
        hidden = known - frozenset(value)
        return ColumnChoice().changed(TABLES[table], hidden) if hidden != known else ColumnChoice()
    if not isinstance(value, Mapping) or not all(_are_keys(keys) for keys in value.values()):
        return None
    return ColumnChoice(frozenset(value.get("shown", ())), frozenset(value.get("hidden", ())))


def _are_keys(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_COLUMNS and all(isinstance(k, str) for k in value)
