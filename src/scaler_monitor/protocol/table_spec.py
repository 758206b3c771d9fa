"""What a table is, as plain data: header, sort, filter, help, chooser, captions, pages and exports follow."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from scaler_monitor.protocol.kinds import Align, Kind, align_of, is_name


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column of a table; rows carry raw values of its kind."""

    key: str
    title: str
    kind: Kind
    width: int  # cells, without the gap between columns
    describe: str  # one line for help and chooser
    shortcut: str = ""  # the key that sorts a worker table by it
    rank: int = 0  # 0 is always shown; higher ranks leave a narrow screen first
    grow: int = 0  # share of the width that is left over
    hidden: bool = False  # off until chosen
    goes_on: bool = False  # known also of a thing that has left, while it is still listed
    only_if_any: bool = False  # left out of the page of a thing that has none
    names: str = ""  # of what kind the thing is whose row id the value is: "worker", "task", ...
    field: str = ""  # of the model's row, where its name is not `key`: "a", "a.b"; see query.entity_reader
    json: str = ""  # its name in the JSON document; "" is not there

    @property
    def align(self) -> Align:
        """The side on which its cells stand."""
        return align_of(self.kind)


@dataclass(frozen=True, slots=True)
class TabSpec:
    """A table that is a tab, at the place that the table has."""

    title: str
    short: str  # for a bar of 80 cells
    rows: str = ""  # what its rows are, beyond their name


@dataclass(frozen=True, slots=True)
class PagePart:
    """A table on the page of a thing: `rows` says what they are to it, `empty` why there may be none."""

    table: str
    rows: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: its columns, the order it starts in, what is said of it. Row ids are text, unique in it."""

    key: str
    title: str
    noun: str  # what a row is called
    place: int  # among the tables, ascending; its digit where it is a tab
    columns: tuple[ColumnSpec, ...]
    sort: str  # column key
    descending: bool = True
    nouns: str = ""  # of several, where that is not `noun` and an s
    tab: TabSpec | None = None
    entity: str = ""  # the kind of thing that a row is: "worker", "task", ...
    leads_to: str = ""  # of what kind the page is that a row leads to, where the thing itself has none
    page: tuple[PagePart, ...] = ()  # tables on the page of such a thing; without any it has no page
    page_figure: str = ""  # drawn on that page: "histogram" or nothing
    scopes: tuple[str, ...] = ()  # kinds of things whose rows are known by more than a column that names them
    of_now: bool = False  # figures are of this moment, and unknown once the thing has left
    marked: bool = False  # rows are marked as silent or departed
    counts_departed: bool = False  # a page says how many of its rows are of what has left
    is_log: bool = False  # rows only come, and the oldest are shed
    since: str = ""  # what was seen of it since when, where only this monitor has seen it
    watched: str = ""  # what has not been seen while a table of what only this monitor sees is empty
    empty: str = "none"  # why it has no rows once the scheduler has reported
    notes: tuple[str, ...] = ()  # what figures mean, most worth knowing first; see `notes_on`
    json: str = ""  # its name in the JSON document; "" is not there
    json_order: tuple[str, ...] = ()  # names in the document that come first, in their order

    @property
    def hidden(self) -> frozenset[str]:
        """Columns that are off until chosen."""
        return frozenset(column.key for column in self.columns if column.hidden)

    def of_gone(self, row: list[Any]) -> list[Any]:
        """Return the row of a thing that is not listed any more: its names, and figures unless of now."""
        if not self.of_now:
            return row
        kept = (is_name(column.kind) for column in self.columns)
        return [value if keep else None for value, keep in zip(row, kept, strict=True)]

    def notes_on(self, shown: Collection[str]) -> list[str]:
        """The notes, without those that begin with the title of a column whose key is not in `shown`."""
        keys = {column.title: column.key for column in self.columns}
        about = [(keys.get(re.split(":| = ", note)[0]), note) for note in self.notes]
        return [note for key, note in about if key is None or key in shown]

    def index(self, key: str) -> int:
        """Position of column `key` in rows; raises KeyError for a column it has not."""
        for position, column in enumerate(self.columns):
            if column.key == key:
                return position
        raise KeyError(key)

    def column(self, key: str) -> ColumnSpec:
        """Column `key`; raises KeyError for a column it has not."""
        return self.columns[self.index(key)]

    def naming(self, kind: str) -> ColumnSpec | None:
        """The column that names the thing of a kind to which a row belongs; None where none does."""
        return next((column for column in self.columns if column.names == kind), None)


_OF_THE_COLLECTOR = frozenset({"field"})
"""What is of no use to a page."""


def as_plain(spec: TableSpec) -> dict[str, Any]:
    """Return a table as data that JSON carries, with what follows from the kinds of its columns."""
    plain = _plain(spec)
    for column, of_column in zip(spec.columns, plain["columns"], strict=True):
        of_column["align"] = column.align
    return {**plain, "nouns": spec.nouns or f"{spec.noun}s"}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        names = (field.name for field in fields(value) if field.name not in _OF_THE_COLLECTOR)
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
