"""Rows from objects of the model: clients, functions, tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.query.columns.column_values import Values

E = TypeVar("E")
Getter = Callable[[E], Any]


class EntityRows(Generic[E]):
    """One row per object, with one getter per column.

    `ties` orders rows with equal values: by id, by position, or by descending position. `find` returns the
    position of a row id, and replaces an index of all ids. `whole` returns a column that exists already, or
    None. `shown` has getters for columns whose displayed value differs from the value for sort and filter.
    """

    def __init__(
        self,
        table: TableSpec,
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
        """Return the id of the row at `position`."""
        return self._row_id(self.entities[position])

    def find(self, row_id: str) -> int | None:
        """Return the position of a row id; None if there is no such row."""
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

    def page_row(self, position: int) -> list[Any]:
        """Return the same values as `row`."""
        return self.row(position)

    def mark(self, position: int) -> str:
        """Return the mark of the row, as in TablePage.marks."""
        return self._mark(self.entities[position]) if self._mark is not None else ""

    def values(self, key: str) -> Values:
        """Return a whole column; it is computed once."""
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
        """Return sort keys for rows with equal values; None means by row id."""
        if self._ties == "id":
            return None
        positions = np.arange(len(self), dtype=np.int64)
        return positions if self._ties == "position" else -positions
