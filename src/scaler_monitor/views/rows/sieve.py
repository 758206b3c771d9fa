"""Filters on whole columns: which rows pass all terms."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.views.column import Table
from scaler_monitor.views.filtering import NumberTerm, Term, TextTerm, cell_text
from scaler_monitor.views.quantity import Kind, kind_of
from scaler_monitor.views.rows.row_set import RowSet

Mask = NDArray[np.bool_]
_DAY = 86_400.0


def passing(rows: RowSet, terms: Sequence[Term]) -> NDArray[np.int64]:
    """Return the positions of the rows that pass all terms, ascending."""
    mask: Mask = np.ones(len(rows), np.bool_)
    for term in terms:
        hits = _text_hits(rows, term) if isinstance(term, TextTerm) else _number_hits(rows, term)
        mask &= ~hits if term.negated else hits
        if not mask.any():
            break
    return np.flatnonzero(mask)


def _text_keys(table: Table) -> list[str]:
    return [column.key for column in table.columns if kind_of(column) is Kind.TEXT]


def _text_hits(rows: RowSet, term: TextTerm) -> Mask:
    if term.column is not None:
        column = rows.table.columns[rows.table.index(term.column)]
        values = rows.values(term.column)
        texts: Sequence[Any] = values.tolist() if isinstance(values, np.ndarray) else values
        return _hits(texts, term.matches, lambda value: cell_text(column, value))
    mask: Mask = np.zeros(len(rows), np.bool_)
    for key in _text_keys(rows.table):
        mask |= _hits(list(rows.values(key)), term.matches, lambda value: value)
    return mask


def _hits(values: Sequence[Any], matches: Callable[[str], bool], text: Callable[[Any], str | None]) -> Mask:
    """Look at each distinct value once: columns of names have few."""
    verdicts: dict[Any, bool] = {}
    for value in set(values):
        shown = text(value)
        verdicts[value] = shown is not None and matches(shown)
    if not any(verdicts.values()):
        return np.zeros(len(values), np.bool_)
    return np.fromiter(map(verdicts.__getitem__, values), np.bool_, len(values))


def _number_hits(rows: RowSet, term: NumberTerm) -> Mask:
    values = rows.values(term.column)
    if not isinstance(values, np.ndarray):
        pairs = next((isinstance(value, tuple | list) for value in values if value is not None), False)
        values = np.array([v if v is None else v[0] for v in values] if pairs else values, np.float64)
    if not len(values):
        return np.zeros(0, np.bool_)
    if term.daytime:
        known = values[~np.isnan(values)]
        offset = time.localtime(float(known[-1])).tm_gmtoff if len(known) else 0
        values = np.floor(values + offset) % _DAY
    hits: Mask = term.compare(values, term.quantity)
    if values.dtype.kind == "f":
        hits &= ~np.isnan(values)  # unknown is neither equal nor unequal to anything
    return hits
