"""Answers a question about a table with one page of rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.query.apply_filter import apply_filter
from scaler_monitor.query.filter_terms import BadFilter, Term, parse_filter
from scaler_monitor.query.row_cache import CursorPosition, Order, RowCache, row_cache, row_set
from scaler_monitor.query.rows.row_set import RowSet
from scaler_monitor.query.scope import rows_in_scope
from scaler_monitor.query.sort_rows import sort_positions
from scaler_monitor.query.tables import READERS, page_tones


class _PageRequest(NamedTuple):
    """A question, and the rows and caches to answer it from."""

    cluster: ClusterState
    question: TableQuestion
    cache: RowCache
    rows: RowSet


def table_page(cluster: ClusterState, question: TableQuestion, now: float) -> TablePage:
    """Return the page of a question; if the filter cannot be parsed, with the error and all rows."""
    rows = row_set(cluster, question, now)
    request = _PageRequest(cluster, question, row_cache(cluster), rows)
    terms: tuple[Term, ...] = ()
    filter_error = ""
    try:
        terms = parse_filter(question.filter, rows.table)
    except BadFilter as problem:
        filter_error = str(problem)
    order = _order(request, terms)
    matched = len(order)
    first = min(max(question.first, 0), max(matched - 1, 0))
    chosen = [int(at) for at in order[first : first + max(question.limit, 0)]]
    reader = READERS[question.table]
    values, marks = [rows.row(at) for at in chosen], [rows.mark(at) for at in chosen]
    page = TablePage(
        table=rows.table.key,
        total=len(_order(request, ())) if question.scope_kind else len(rows),
        matched=matched,
        first=first,
        ids=[rows.id_at(at) for at in chosen],
        rows=values,
        marks=marks,
        cursor=None,
        filter_error=filter_error,
        shed=rows.shed,
        left_out=reader.left_out(cluster) if reader.left_out is not None and not question.scope_kind else 0,
        departed=_departed(request),
        tones=page_tones(question.table, values, marks),
    )
    return _with_cursor(page, request, order) if question.cursor else page


def _with_cursor(page: TablePage, request: _PageRequest, order: Order) -> TablePage:
    """Return the page with the cursor's position; a removed row is inserted where it was, marked "gone"."""
    question, cache, rows = request.question, request.cache, request.rows
    place = rows.find(question.cursor)
    if place is not None:
        at = _index(order, place)
        if at is not None:
            cache.remember_cursor(question, CursorPosition(at, rows.row(place)))
        return page._replace(cursor=at)
    gone = cache.cursor_position(question)
    if gone is None:
        return page
    at = min(gone.position, page.matched)
    page = page._replace(cursor=at, matched=page.matched + 1)
    inside = at - page.first
    if not 0 <= inside <= len(page.ids) or inside >= max(question.limit, 0):
        return page
    page.ids.insert(inside, question.cursor)
    page.rows.insert(inside, rows.table.row_after_removal(gone.row))
    page.marks.insert(inside, "gone")
    page.tones.insert(inside, "")
    if len(page.ids) > max(question.limit, 0):
        for column in (page.ids, page.rows, page.marks, page.tones):
            column.pop()
    return page


def _index(order: Order, place: int) -> int | None:
    if isinstance(order, range):
        return order.index(place) if place in order else None
    hits = np.flatnonzero(order == place)
    return int(hits[0]) if len(hits) else None


def _departed(request: _PageRequest) -> int:
    """Return the number of departed rows before the filter; 0 if the table does not count them."""
    if not request.rows.table.counts_departed:
        return 0
    return sum(request.rows.mark(int(at)) == "departed" for at in _order(request, ()))


def _order(request: _PageRequest, terms: tuple[Term, ...]) -> Order:
    """Return the positions of the rows in scope that match the filter, sorted."""
    cluster, question, cache, rows = request
    table = rows.table
    keys = {column.key for column in table.columns}
    sort, descending = question.sort, question.descending
    if sort not in keys:
        sort, descending = table.sort, table.descending
    if not terms and not question.scope_kind and sort == rows.natural:
        return range(len(rows) - 1, -1, -1) if descending else range(len(rows))
    scope = (question.scope_kind, question.scope_id)
    key = (table.key, tuple(question.folded), scope, question.filter if terms else "", sort, descending)
    order = cache.order(key)
    if order is None:
        chosen = rows_in_scope(cluster, rows, *scope) if question.scope_kind else None
        if terms:
            passed = apply_filter(rows, terms)
            chosen = passed if chosen is None else np.intersect1d(chosen, passed, assume_unique=True)
        order = sort_positions(rows, sort, descending, chosen) if len(rows) else range(0)
        cache.remember_order(key, order)
    return order
