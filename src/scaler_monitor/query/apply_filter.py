"""Applies filters to whole columns."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.kinds import IDS, Unit, is_text, unit_of
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.query.columns.column_values import Values, plain
from scaler_monitor.query.columns.detail_column import DetailColumn
from scaler_monitor.query.columns.id_column import HEX_DIGITS, IdColumn
from scaler_monitor.query.columns.name_column import NameColumn
from scaler_monitor.query.filter_terms import NumberTerm, Term, TextTerm, cell_text
from scaler_monitor.query.matching import Matcher
from scaler_monitor.query.rows.row_set import RowSet

Mask = NDArray[np.bool_]
_DAY = 86_400.0

_SCALES: frozenset[Unit] = frozenset({"bytes", "count", "permille", "microseconds", "seconds"})
"""Units whose formats keep the order: equal texts belong to a contiguous range of numbers."""

_MARK_WORDS = {"gone": "departed", "departed": "departed", "silent": "stale"}
"""Words that match rows by their mark, with the mark."""


def apply_filter(rows: RowSet, terms: Sequence[Term]) -> NDArray[np.int64]:
    """Return the positions of the rows that match all terms, ascending."""
    mask: Mask = np.ones(len(rows), np.bool_)
    for term in terms:
        hits = _match_text(rows, term) if isinstance(term, TextTerm) else _match_numbers(rows, term)
        mask &= ~hits if term.negated else hits
        if not mask.any():
            break
    return np.flatnonzero(mask)


def _text_keys(table: TableSpec, word: str) -> list[str]:
    """Return the keys of the columns that a term without a column searches; ids only if the word is hex."""
    could_be_id = HEX_DIGITS.issuperset(word)
    return [
        column.key
        for column in table.columns
        if is_text(column.kind) and (could_be_id or column.kind not in IDS)
    ]


def _match_text(rows: RowSet, term: TextTerm) -> Mask:
    if term.column is not None:
        column = rows.table.column(term.column)
        values = rows.values(term.column)
        if isinstance(values, NameColumn | IdColumn | DetailColumn):
            return values.matching(term.matches, term.word)
        if isinstance(values, np.ndarray) and unit_of(column.kind) in _SCALES:
            return _match_scale(values, term.matches, lambda value: format_value(column.kind, value))
        return _match_values(
            _cell_values(column, values), term.matches, lambda value: cell_text(column, value)
        )
    mask: Mask = np.zeros(len(rows), np.bool_)
    for key in _text_keys(rows.table, term.word):
        values = rows.values(key)
        if isinstance(values, NameColumn | IdColumn | DetailColumn):
            mask |= values.matching(term.matches, term.word)
        else:
            mask |= _match_values(plain(values), term.matches, None)
    if term.word in _MARK_WORDS and rows.table.marked:
        sought = _MARK_WORDS[term.word]
        mask |= np.fromiter((rows.mark(at) == sought for at in range(len(rows))), np.bool_, len(rows))
    return mask


def _cell_values(column: ColumnSpec, values: Values) -> Sequence[Any]:
    """Return the values as rows have them; times are rounded down to seconds, as shown."""
    unit = unit_of(column.kind)
    if unit == "unix seconds":
        values = np.floor(np.array(plain(values), np.float64))
    shown = plain(values)
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        shown = [None if value != value else value for value in shown]
    return [None if value is None else bool(value) for value in shown] if unit == "flag" else shown


def _match_values(values: Sequence[Any], matches: Matcher, text: Callable[[Any], str | None] | None) -> Mask:
    """Match each distinct value once; `text` converts a value, None means that values are text."""
    different = set(values)
    if text is None and 2 * len(different) > len(values):
        hits = np.array(matches([value or "" for value in values]), np.bool_)
        return hits if None not in different else hits & np.array([value is not None for value in values])
    distinct = {value: value if text is None else text(value) for value in different}
    known = {value: shown for value, shown in distinct.items() if shown is not None}
    verdicts: dict[Any, bool] = dict.fromkeys(distinct, False)
    verdicts.update(zip(known, matches(list(known.values())), strict=True))
    if True not in verdicts.values():
        return np.zeros(len(values), np.bool_)
    return np.fromiter(map(verdicts.__getitem__, values), np.bool_, len(values))


def _match_scale(values: NDArray[Any], matches: Matcher, shown: Callable[[Any], str]) -> Mask:
    """Match each distinct text once; there are far fewer texts than numbers."""
    known = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), np.bool_)
    numbers, place = np.unique(values[known], return_inverse=True)
    firsts, texts = _group_by_text(numbers.tolist(), shown)
    lengths = np.diff([*firsts, len(numbers)])
    hits: Mask = np.zeros(len(values), np.bool_)
    hits[known] = np.repeat(np.array(matches(texts), np.bool_), lengths)[place]
    return hits


def _group_by_text(numbers: Sequence[Any], shown: Callable[[Any], str]) -> tuple[list[int], list[str]]:
    """Return the first position of each run of ascending numbers with equal text, and the texts."""
    firsts: list[int] = []
    texts: list[str] = []
    at = 0
    while at < len(numbers):
        text = shown(numbers[at])
        firsts.append(at)
        texts.append(text)
        last, step = at, 1
        while last + step < len(numbers) and shown(numbers[last + step]) == text:
            last, step = last + step, 2 * step
        beyond = range(last + 1, min(last + step, len(numbers)))
        at = last + 1 + bisect_left(beyond, True, key=lambda place: shown(numbers[place]) != text)
    return firsts, texts


def _match_numbers(rows: RowSet, term: NumberTerm) -> Mask:
    values = rows.values(term.column)
    if not isinstance(values, np.ndarray):
        values = plain(values)
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
