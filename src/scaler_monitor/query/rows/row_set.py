"""All rows of one table at one moment: whole columns to sort and filter by, single rows to show."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.workers import SILENT_SECONDS
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.query.columns.values import Values


def mark_of_silence(last_seen_seconds: float | None) -> str:
    """Return the mark of what was heard of so long ago: `stale` for a silent one, or nothing."""
    return "stale" if last_seen_seconds is not None and last_seen_seconds > SILENT_SECONDS else ""


class RowSet(Protocol):
    """Rows by position, in the table's natural order."""

    table: TableSpec
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

    def page_row(self, position: int) -> list[Any]:
        """The same as its own page has it: the figures of what has left are its last."""

    def mark(self, position: int) -> str:
        """As TablePage.marks."""

    def values(self, key: str) -> Values:
        """A whole column to sort and filter by: numbers, names, ids, or values and None mixed."""

    def ties(self) -> NDArray[np.int64] | None:
        """What orders rows with equal values, ascending; None: their ids do."""
