"""All rows of one table at one moment: whole columns to sort and filter by, single rows to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.workers import SILENT_SECONDS
from scaler_monitor.protocol.column import Table
from scaler_monitor.query.rows.details import DetailColumn
from scaler_monitor.query.rows.ids import IdColumn
from scaler_monitor.query.rows.names import NameColumn

Values = Sequence[Any] | NDArray[Any] | NameColumn | IdColumn | DetailColumn


def plain(values: Values) -> Sequence[Any]:
    """Return a column as Python's own values."""
    if isinstance(values, NameColumn | IdColumn | DetailColumn):
        return values.texts()
    plain_values: Sequence[Any] = values.tolist() if isinstance(values, np.ndarray) else values
    return plain_values


def mark_of_silence(last_seen_seconds: float | None) -> str:
    """Return the mark of what was heard of so long ago: `stale` for a silent one, or nothing."""
    return "stale" if last_seen_seconds is not None and last_seen_seconds > SILENT_SECONDS else ""


class RowSet(Protocol):
    """Rows by position, in the table's natural order."""

    table: Table
    natural: str
    """Key of the column by which positions ascend; "" where they are in no column's order."""
    shed: int
    """Rows that fell out of the bounded log behind the table."""

    def __len__(self) -> int: ...

    def id_at(self, position: int) -> str:
        """The row's id, unique among them."""

    def find(self, row_id: str) -> int | None:
        """The position of a row; None for one that is not there."""

    def row(self, position: int) -> list[Any]:
        """The row's raw values in the order of the table's columns."""

    def mark(self, position: int) -> str:
        """As TablePage.marks."""

    def values(self, key: str) -> Values:
        """A whole column to sort and filter by: numbers, names, ids, or values and None mixed."""

    def ties(self) -> NDArray[np.int64] | None:
        """What orders rows with equal values, ascending; None: their ids do."""


E = TypeVar("E")
Getter = Callable[[E], Any]


class EntityRows(Generic[E]):
    """Rows made of entities, one a row, by one getter a column.

    `ties` orders rows of equal values: by id, by position, or the last position first. `find` is a
    quicker way from a row id to its position than looking at all of them once; `whole` returns a column
    that is at hand already, None where there is none; `shown` are the getters of those columns of which a
    row shows more than they are sorted and filtered by.
    """

    def __init__(
        self,
        table: Table,
        entities: Sequence[E],
        getters: dict[str, Getter[E]],
        row_id: Callable[[E], str],
        mark: Callable[[E], str] | None = None,
        *,
        natural: str = "",
        shed: int = 0,
        ties: Literal["id", "position", "newest"] = "id",
        find: Callable[[str], int | None] | None = None,
        whole: Callable[[str], Values | None] | None = None,
        shown: dict[str, Getter[E]] | None = None,
    ) -> None:
        self.table = table
        self.natural = natural
        self.shed = shed
        self.entities = entities
        self._getters = getters
        self._shown = getters | (shown or {})
        self._row_id = row_id
        self._mark = mark
        self._ties = ties
        self._find = find
        self._whole = whole
        self._columns: dict[str, Values] = {}
        self._places: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self.entities)

    def id_at(self, position: int) -> str:
        """Return the row's id."""
        return self._row_id(self.entities[position])

    def find(self, row_id: str) -> int | None:
        """Return the position of a row; None for one that is not there."""
        if self._find is not None:
            return self._find(row_id)
        if self._places is None:
            self._places = {self._row_id(entity): at for at, entity in enumerate(self.entities)}
        return self._places.get(row_id)

    def row(self, position: int) -> list[Any]:
        """Return the row's raw values in the order of the table's columns."""
        entity = self.entities[position]
        getters = self._shown
        return [getters[column.key](entity) for column in self.table.columns]

    def mark(self, position: int) -> str:
        """Return the row's mark, as in TablePage.marks."""
        return self._mark(self.entities[position]) if self._mark is not None else ""

    def values(self, key: str) -> Values:
        """Return a whole column, made once."""
        values = self._columns.get(key)
        if values is None and not self.entities:
            return []
        if values is None:
            values = self._whole(key) if self._whole is not None else None
            if values is None:
                values = list(map(self._getters[key], self.entities))
            self._columns[key] = values
        return values

    def ties(self) -> NDArray[np.int64] | None:
        """Return what orders rows with equal values, ascending; None: their ids do."""
        if self._ties == "id":
            return None
        positions = np.arange(len(self), dtype=np.int64)
        return positions if self._ties == "position" else -positions
