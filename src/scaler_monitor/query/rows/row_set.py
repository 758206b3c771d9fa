"""All rows of one table in one state: whole columns for sort and filter, single rows for display."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.workers import SILENT_SECONDS
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.query.columns.column_values import Values


def stale_mark(last_seen_seconds: float | None) -> str:
    """Return the mark for an age of the last heartbeat: "stale" if it is too old, else ""."""
    return "stale" if last_seen_seconds is not None and last_seen_seconds > SILENT_SECONDS else ""


class RowSet(Protocol):
    """Rows by position in the table's natural order."""

    table: TableSpec
    natural: str
    """Key of the column that ascends with the position; "" if there is none."""
    shed: int
    """Number of rows that the bounded log has discarded."""

    def __len__(self) -> int: ...

    def id_at(self, position: int) -> str:
        """Return the id of the row at `position`, unique among the rows."""

    def find(self, row_id: str) -> int | None:
        """Return the position of a row id; None if there is no such row."""

    def row(self, position: int) -> list[Any]:
        """Return the row's raw values in the order of the table's columns."""

    def page_row(self, position: int) -> list[Any]:
        """Return the values for the entity's page, with the last known ones of a departed entity."""

    def mark(self, position: int) -> str:
        """Return the mark of the row, as in TablePage.marks."""

    def values(self, key: str) -> Values:
        """Return a whole column for sort and filter; values are numbers, names, ids or None."""

    def ties(self) -> NDArray[np.int64] | None:
        """Return sort keys for rows with equal values; None means by row id."""
