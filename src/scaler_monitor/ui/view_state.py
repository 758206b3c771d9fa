"""View state per table, shared by top view and tabs, and time settings of all panes."""

from __future__ import annotations

from dataclasses import dataclass, field

from scaler_monitor.protocol.table_spec import TableSpec


@dataclass(slots=True)
class TableViewState:
    """View state of one table: sort, filter, cursor, columns. Widgets of the same table share it."""

    sort: str
    descending: bool
    filter: str = ""  # applied: the last valid filter, or the newest while its answer is pending
    good_filter: str = ""  # the last valid filter
    typed_filter: str = ""  # the text in the filter line
    filter_error: str = ""  # parse error of `typed_filter`
    cursor: str = ""  # row id; "" until the user moves the cursor
    position: int = 0  # last known position of the cursor among the matched rows
    top: int = 0  # first row on the screen
    hidden: frozenset[str] = frozenset()  # column keys
    wide: bool = False  # all columns with horizontal scrolling, instead of those that fit


@dataclass(slots=True)
class ViewState:
    """View state of all tables, and time settings of all panes; bounded by the number of tables."""

    by_name: dict[str, TableViewState] = field(default_factory=dict)
    hidden: dict[str, frozenset[str]] = field(default_factory=dict)  # hidden columns, by table key
    window_seconds: float = 300.0
    logarithmic: bool = False
    absolute_time: bool = False

    def of_table(self, table: TableSpec, name: str = "") -> TableViewState:
        """Return the view state of `table`, created with defaults; scoped tables have their own `name`."""
        name = name or table.key
        if name not in self.by_name:
            hidden = self.hidden.get(table.key, table.hidden)
            self.by_name[name] = TableViewState(table.sort, table.descending, hidden=hidden)
        return self.by_name[name]

    def hide(self, table: TableSpec, hidden: frozenset[str]) -> None:
        """Set the hidden columns of `table` in its tab and on all pages."""
        self.hidden[table.key] = hidden
        for name, view in self.by_name.items():
            if name.rpartition("/")[2] == table.key:
                view.hidden = hidden
