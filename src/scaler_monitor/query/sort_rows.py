"""Sorts whole columns: unknown values last in both directions, equal values by row id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.columns.detail_column import DetailColumn
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.columns.name_column import NameColumn
from scaler_monitor.query.rows.row_set import RowSet

Positions = NDArray[np.int64]


def sort_keys(values: Sequence[Any] | NDArray[Any] | NameColumn) -> NDArray[Any]:
    """Return the sort key of each row as a number, NaN for unknown; not for columns of ids.

    Numbers are their own keys; a pair has its first part as key, a text its rank ignoring case.
    """
    if isinstance(values, NameColumn):
        return values.names.ranks()[values.numbers]
    if isinstance(values, np.ndarray):
        if values.dtype == np.uint64 or values.dtype == np.bool_ or values.dtype.kind == "u":
            return values.astype(np.float64)
        return values
    first = next((value for value in values if value is not None), None)
    if isinstance(first, str):
        return _text_ranks(values)
    if isinstance(first, tuple | list):
        values = [None if value is None else value[0] for value in values]
    return np.array(values, dtype=np.float64)


def _text_ranks(values: Sequence[Any]) -> NDArray[np.float64]:
    distinct = {value for value in values if value is not None}
    ordered = sorted(sorted(distinct), key=str.lower)
    ranks: dict[Any, float] = dict(zip(ordered, map(float, range(len(ordered))), strict=True))
    ranks[None] = np.nan
    return np.array([ranks[value] for value in values], dtype=np.float64)


def sort_positions(rows: RowSet, key: str, descending: bool, chosen: Positions | None = None) -> Positions:
    """Return the positions of all rows, or of those in `chosen`, in the order of column `key`."""
    if key == rows.natural:
        here = np.arange(len(rows), dtype=np.int64) if chosen is None else chosen
        return here[::-1] if descending else here
    values = rows.values(key)
    if isinstance(values, IdColumn):
        return _sort_ids(rows, values, descending, chosen)
    keys = sort_keys(values.texts() if isinstance(values, DetailColumn) else values)
    if chosen is not None:
        keys = keys[chosen]
    if descending:
        keys = -keys
    ties = rows.ties()
    if ties is None:
        ties = _id_ranks(rows, chosen, keys)
    elif chosen is not None:
        ties = ties[chosen]
    order = np.lexsort((ties, keys)) if ties is not None else np.argsort(keys, kind="stable")
    return order if chosen is None else chosen[order]


def _sort_ids(rows: RowSet, ids: IdColumn, descending: bool, chosen: Positions | None) -> Positions:
    here = np.arange(len(rows), dtype=np.int64) if chosen is None else chosen
    high, low = (half[here] for half in ids.words)
    ties = rows.ties()
    parts = (here if ties is None else ties[here], ~low if descending else low)
    order: Positions = here[np.lexsort((*parts, ~high if descending else high, ~ids.known[here]))]
    return order


def _id_ranks(rows: RowSet, chosen: Positions | None, keys: NDArray[Any]) -> NDArray[np.int64] | None:
    """Return the ranks of row ids; None if all keys differ, so that ranks are not needed."""
    if len(np.unique(keys)) == len(keys):
        return None
    positions = range(len(rows)) if chosen is None else chosen.tolist()
    ids = [rows.id_at(position) for position in positions]
    ranks = np.empty(len(ids), np.int64)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return ranks
