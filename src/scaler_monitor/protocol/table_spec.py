"""Table definitions as plain data, from which screens, filters, help, pages and exports are derived."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from scaler_monitor.protocol.kinds import Align, Kind, align_of, is_name


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column of a table; rows have raw values of its kind."""

    key: str
    title: str
    kind: Kind
    width: int  # terminal cells, without the gap between columns
    describe: str  # one line, for help and column chooser
    shortcut: str = ""  # key that sorts a worker table by this column
    rank: int = 0  # 0 is always shown; on a narrow screen the highest ranks are left out first
    grow: int = 0  # share of the remaining width
    hidden: bool = False  # hidden by default
    known_after_departure: bool = False  # still shown for a departed entity that is listed
    omit_if_zero: bool = False  # not on the entity's page if it is zero or empty
    names: str = ""  # kind of entity whose row id the value is: "worker", "task", ...
    field: str = ""  # attribute of the model's object, "a" or "a.b"; "" means `key`; see query.entity_reader
    json: str = ""  # name in the JSON document; "" means that it is not exported

    @property
    def align(self) -> Align:
        """Alignment of the cells."""
        return align_of(self.kind)


@dataclass(frozen=True, slots=True)
class TabSpec:
    """The tab of a table; the table's `place` is its position among the tabs."""

    title: str
    short: str  # title in a tab bar of 80 cells
    rows: str = ""  # description of the rows, shown after their number and noun


@dataclass(frozen=True, slots=True)
class PagePart:
    """A table on an entity's page: `rows` relates its rows to the entity, `empty` explains an empty table."""

    table: str
    rows: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: columns, default order, texts, JSON names. Row ids are text and unique within the table."""

    key: str
    title: str
    noun: str  # name of one row
    place: int  # unique position among the tables, ascending; also the key of its tab
    columns: tuple[ColumnSpec, ...]
    sort: str  # key of the column of the default order
    descending: bool = True
    plural: str = ""  # plural of `noun`; "" means `noun` + "s"
    tab: TabSpec | None = None
    entity: str = ""  # kind of entity of the rows: "worker", "task", ...
    leads_to: str = ""  # kind of entity whose page Enter opens, if the row's own entity has no page
    page: tuple[PagePart, ...] = ()  # tables on the page of an entity; empty means that it has no page
    page_figure: str = ""  # figure on that page: "histogram", or "" for none
    scopes: tuple[str, ...] = ()  # kinds of entities whose rows are found by a rule of the table's reader
    current_only: bool = False  # numbers describe the present; unknown after the entity has departed
    marked: bool = False  # rows may be marked as stale or departed
    counts_departed: bool = False  # a page has the number of rows of departed entities
    is_log: bool = False  # rows are only appended; the oldest are discarded
    since: str = ""  # words before the start time, if the values count only what this monitor saw
    watched: str = ""  # noun for the text of an empty table of such values
    empty: str = "none"  # text of the empty table after the first report
    notes: tuple[str, ...] = ()  # explanations of columns, most important first; see `notes_for`
    json: str = ""  # name in the JSON document; "" means that it is not exported
    json_order: tuple[str, ...] = ()  # names in the document that come first, in this order

    @property
    def hidden(self) -> frozenset[str]:
        """Keys of the columns that are hidden by default."""
        return frozenset(column.key for column in self.columns if column.hidden)

    def row_after_removal(self, row: list[Any]) -> list[Any]:
        """Return a removed row as the cursor keeps it: without numbers if the table is `current_only`."""
        if not self.current_only:
            return row
        kept = (is_name(column.kind) for column in self.columns)
        return [value if keep else None for value, keep in zip(row, kept, strict=True)]

    def notes_for(self, shown: Collection[str]) -> list[str]:
        """Return the notes except those about columns whose keys are not in `shown`.

        A note is about a column if it begins with the column's title, then ":" or " = ".
        """
        keys = {column.title: column.key for column in self.columns}
        about = [(keys.get(re.split(":| = ", note)[0]), note) for note in self.notes]
        return [note for key, note in about if key is None or key in shown]

    def index(self, key: str) -> int:
        """Return the position of column `key` in rows; raises KeyError for an unknown column."""
        for position, column in enumerate(self.columns):
            if column.key == key:
                return position
        raise KeyError(key)

    def column(self, key: str) -> ColumnSpec:
        """Return column `key`; raises KeyError for an unknown column."""
        return self.columns[self.index(key)]

    def column_naming(self, kind: str) -> ColumnSpec | None:
        """Return the column with row ids of entities of `kind`; None if there is none."""
        return next((column for column in self.columns if column.names == kind), None)


_COLLECTOR_FIELDS = frozenset({"field"})
"""Fields that only the collector uses."""


def as_plain(spec: TableSpec) -> dict[str, Any]:
    """Return a table as JSON data, including the alignment of its columns."""
    plain = _plain(spec)
    for column, of_column in zip(spec.columns, plain["columns"], strict=True):
        of_column["align"] = column.align
    return {**plain, "plural": spec.plural or f"{spec.noun}s"}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        names = (field.name for field in fields(value) if field.name not in _COLLECTOR_FIELDS)
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
