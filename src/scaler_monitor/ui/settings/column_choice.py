"""The user's choice of columns, stored as differences from the defaults, so that new columns are shown."""

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
    """Keys of the columns of one table that are shown or hidden in contrast to the default."""

    shown: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def hidden_columns(self, table: TableSpec) -> frozenset[str]:
        """Return the keys of the hidden columns of `table`; the default if all would be hidden."""
        known = frozenset(column.key for column in table.columns)
        hidden = ((table.hidden - self.shown) | self.hidden) & known
        return table.hidden if hidden == known else hidden

    def with_hidden(self, table: TableSpec, hidden: frozenset[str]) -> ColumnChoice:
        """Return the choice that hides `hidden` in `table`; unknown columns keep their choice."""
        known = frozenset(column.key for column in table.columns)
        return ColumnChoice(
            (self.shown - known) | (table.hidden - hidden), (self.hidden - known) | (hidden - table.hidden)
        )

    def to_toml(self) -> dict[str, list[str]]:
        """Return the choice as in the file; empty if it is the default."""
        lists = {"shown": sorted(self.shown), "hidden": sorted(self.hidden)}
        return {name: keys for name, keys in lists.items() if keys}


def read_choice(table: str, value: Any) -> ColumnChoice | None:
    """Return the choice from a value in the file; None if the value is invalid.

    Files of older versions have the list of all shown columns; other columns are hidden.
    """
    if isinstance(value, list):
        if not _are_keys(value) or table not in TABLES:
            return ColumnChoice() if _are_keys(value) else None
        known = frozenset(column.key for column in TABLES[table].columns)
        hidden = known - frozenset(value)
        return ColumnChoice().with_hidden(TABLES[table], hidden) if hidden != known else ColumnChoice()
    if not isinstance(value, Mapping) or not all(_are_keys(keys) for keys in value.values()):
        return None
    return ColumnChoice(frozenset(value.get("shown", ())), frozenset(value.get("hidden", ())))


def _are_keys(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_COLUMNS and all(isinstance(k, str) for k in value)
