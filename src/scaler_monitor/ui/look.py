"""What one viewer looks at in each table: kept by table, so that top and tabs share it."""

from __future__ import annotations

from dataclasses import dataclass, field

from scaler_monitor.protocol.table_spec import TableSpec


@dataclass(slots=True)
class TableLook:
    """Sort, filter, cursor and columns of one table, whatever widget shows it."""

    sort: str
    descending: bool
    filter: str = ""  # the filter in force: the last one that parsed, or the newest that nobody judged yet
    good_filter: str = ""  # the last one that parsed
    typed_filter: str = ""  # what stands in the filter line
    filter_error: str = ""  # why `typed_filter` does not parse
    cursor: str = ""  # row id; "" while nobody has moved the cursor
    position: int = 0  # where the cursor stood when it was last seen, among the matched rows
    top: int = 0  # first row on the screen
    hidden: frozenset[str] = frozenset()  # column keys
    wide: bool = False  # all columns, scrolled sideways, rather than those that fit


@dataclass(slots=True)
class Looks:
    """The looks of all tables, and what concerns every pane. Bounded by the number of tables."""

    by_name: dict[str, TableLook] = field(default_factory=dict)
    hidden: dict[str, frozenset[str]] = field(default_factory=dict)  # chosen columns, by the table's key
    window_seconds: float = 300.0
    logarithmic: bool = False
    absolute_time: bool = False

    def of(self, table: TableSpec, name: str = "") -> TableLook:
        """The look of `table`, made from its definition at first; `name` keeps scoped tables apart."""
        name = name or table.key
        if name not in self.by_name:
            hidden = self.hidden.get(table.key, table.hidden)
            self.by_name[name] = TableLook(table.sort, table.descending, hidden=hidden)
        return self.by_name[name]

    def hide(self, table: TableSpec, hidden: frozenset[str]) -> None:
        """Let columns of `table` be off wherever it is shown, in its tab and on pages."""
        self.hidden[table.key] = hidden
        for name, look in self.by_name.items():
            if name.rpartition("/")[2] == table.key:
                look.hidden = hidden
