"""From a question about a table to one page of it, remembered for as long as the cluster does not change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import read_hex
from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.query.filtering import BadFilter, Term, parse_filter
from scaler_monitor.query.rows.event_columns import EventColumns
from scaler_monitor.query.rows.events import event_rows
from scaler_monitor.query.rows.fleet import machine_rows, manager_rows
from scaler_monitor.query.rows.names import MAX_NAMES, Names
from scaler_monitor.query.rows.order import sort_positions
from scaler_monitor.query.rows.passing import passing
from scaler_monitor.query.rows.processors import processor_rows
from scaler_monitor.query.rows.row_set import RowSet
from scaler_monitor.query.rows.scope import in_scope
from scaler_monitor.query.rows.task_columns import TaskColumns
from scaler_monitor.query.rows.tasks import task_rows
from scaler_monitor.query.rows.work import client_rows, function_rows, object_rows
from scaler_monitor.query.rows.workers import WorkerRows

MAX_ORDERS = 32
"""Sorted and filtered orders remembered for one state of a cluster."""

LISTS_DEPARTED = frozenset({"clients", "managers"})
"""Tables whose departed rows a page counts; those of workers are counted in the overview."""

MAX_CURSORS = 256
"""Rows that a cursor stood on remembered, so that one that has gone stays in sight."""


class Standing(NamedTuple):
    """The row that a cursor was last seen on."""

    position: int  # among the matched
    row: list[Any]


Order = range | NDArray[np.int64]


class Sheets:
    """Row sets and orders of one cluster; start anew with each of its states, cursors are kept."""

    def __init__(self) -> None:
        self.state: tuple[int, float] = (-1, 0.0)
        self.start_columns()
        self.row_sets: dict[tuple[Any, ...], RowSet] = {}
        self.orders: OrderedDict[tuple[Any, ...], Order] = OrderedDict()
        self.cursors: OrderedDict[tuple[str, str], Standing] = OrderedDict()

    def start_columns(self) -> None:
        """Begin the columns that outlive a state."""
        self.names = Names()
        self.task_columns = TaskColumns(self.names)
        self.event_columns = EventColumns(self.names)

    def at(self, cluster: ClusterState) -> Sheets:
        """Return itself, emptied where the cluster has changed since."""
        state = (cluster.applied, cluster.now)
        if state != self.state:
            self.let_go()
            self.state = state
            if len(self.names) + self.names.missing(cluster.workers.names) > MAX_NAMES:
                self.start_columns()
        return self

    def let_go(self) -> None:
        """Forget what was made of a state of the cluster, and with it the report that it names."""
        self.state = (-1, 0.0)
        self.row_sets.clear()
        self.orders.clear()

    def remember(self, table: str, row_id: str, standing: Standing) -> None:
        """Note the row that a cursor stands on."""
        self.cursors.pop((table, row_id), None)
        self.cursors[table, row_id] = standing
        if len(self.cursors) > MAX_CURSORS:
            self.cursors.popitem(last=False)


_SHEETS: WeakKeyDictionary[ClusterState, Sheets] = WeakKeyDictionary()

_ROWS: dict[str, Callable[[ClusterState], RowSet]] = {
    "managers": manager_rows,
    "functions": function_rows,
    "machines": machine_rows,
    "clients": client_rows,
    "objects": object_rows,
}


def forget_rows(cluster: ClusterState) -> None:
    """Say that the cluster changes: rows of the state before would keep its whole report in memory."""
    sheets = _SHEETS.get(cluster)
    if sheets is not None:
        sheets.let_go()


def row_set(cluster: ClusterState, question: TableQuestion, now: float) -> RowSet:
    """Return all rows of the question's table before scope and filter; raises KeyError for no such table."""
    sheets = _SHEETS.setdefault(cluster, Sheets()).at(cluster)
    folded = tuple(question.folded) if question.table == "processors" else ()
    trail = question.scope_id if question.table == "events" and question.scope_kind == "task" else ""
    key = (question.table, folded, trail)
    rows = sheets.row_sets.get(key)
    if rows is None:
        if question.table == "tasks":
            rows = task_rows(cluster, now, sheets.task_columns)
        elif question.table == "processors":
            rows = processor_rows(cluster, folded, sheets.names)
        elif question.table == "workers":
            rows = WorkerRows(cluster, sheets.names)
        elif trail:
            rows = event_rows(cluster, cluster.events.trail(read_hex(trail)))
        elif question.table == "events":
            rows = event_rows(cluster, columns=sheets.event_columns)
        else:
            rows = _ROWS[question.table](cluster)
        sheets.row_sets[key] = rows
    return rows


def table_page(cluster: ClusterState, question: TableQuestion, now: float) -> TablePage:
    """Return the page that a question wants. A filter that does not parse is said and left out."""
    rows = row_set(cluster, question, now)
    sheets = _SHEETS[cluster]
    terms: tuple[Term, ...] = ()
    filter_error = ""
    try:
        terms = parse_filter(question.filter, rows.table)
    except BadFilter as problem:
        filter_error = str(problem)
    order = _order(sheets, cluster, rows, question, terms)
    total = _total(sheets, cluster, rows, question)
    matched = len(order)
    first = min(max(question.first, 0), max(matched - 1, 0))
    chosen = [int(at) for at in order[first : first + max(question.limit, 0)]]
    ids = [rows.id_at(at) for at in chosen]
    values = [rows.row(at) for at in chosen]
    marks = [rows.mark(at) for at in chosen]
    left_out = cluster.events.left_out if question.table == "events" and not question.scope_kind else 0
    key, shed = rows.table.key, rows.shed
    departed = _departed(sheets, cluster, rows, question)
    page = TablePage(
        key, total, matched, first, ids, values, marks, None, filter_error, shed, left_out, departed
    )
    return _with_cursor(page, sheets, rows, question, order) if question.cursor else page


def _with_cursor(
    page: TablePage, sheets: Sheets, rows: RowSet, question: TableQuestion, order: Order
) -> TablePage:
    """Say where the cursor's row is; put one that has gone back where it was, marked."""
    place = rows.find(question.cursor)
    if place is not None:
        at = _index(order, place)
        if at is not None:
            sheets.remember(question.table, question.cursor, Standing(at, rows.row(place)))
        return page._replace(cursor=at)
    gone = sheets.cursors.get((question.table, question.cursor))
    if gone is None:
        return page
    at = min(gone.position, page.matched)
    page = page._replace(cursor=at, matched=page.matched + 1)
    inside = at - page.first
    if not 0 <= inside <= len(page.ids) or inside >= max(question.limit, 0):
        return page
    page.ids.insert(inside, question.cursor)
    page.rows.insert(inside, rows.table.of_gone(gone.row))
    page.marks.insert(inside, "gone")
    if len(page.ids) > max(question.limit, 0):
        for column in (page.ids, page.rows, page.marks):
            column.pop()
    return page


def _index(order: Order, place: int) -> int | None:
    if isinstance(order, range):
        return order.index(place) if place in order else None
    hits = np.flatnonzero(order == place)
    return int(hits[0]) if len(hits) else None


def _total(sheets: Sheets, cluster: ClusterState, rows: RowSet, question: TableQuestion) -> int:
    if not question.scope_kind:
        return len(rows)
    return len(_order(sheets, cluster, rows, question, ()))


def _departed(sheets: Sheets, cluster: ClusterState, rows: RowSet, question: TableQuestion) -> int:
    """How many rows before the filter are of what has left, in the tables that keep such and count no log."""
    if rows.table.key not in LISTS_DEPARTED:
        return 0
    return sum(rows.mark(int(at)) == "departed" for at in _order(sheets, cluster, rows, question, ()))


def _order(
    sheets: Sheets, cluster: ClusterState, rows: RowSet, question: TableQuestion, terms: tuple[Term, ...]
) -> Order:
    """Positions of the rows that pass scope and filter, sorted."""
    table = rows.table
    keys = {column.key for column in table.columns}
    sort, descending = question.sort, question.descending
    if sort not in keys:
        sort, descending = table.sort, table.descending
    if not terms and not question.scope_kind and sort == rows.natural:
        return range(len(rows) - 1, -1, -1) if descending else range(len(rows))
    scope = (question.scope_kind, question.scope_id)
    key = (table.key, tuple(question.folded), scope, question.filter if terms else "", sort, descending)
    order = sheets.orders.get(key)
    if order is None:
        chosen = in_scope(cluster, rows, *scope) if question.scope_kind else None
        if terms:
            passed = passing(rows, terms)
            chosen = passed if chosen is None else np.intersect1d(chosen, passed, assume_unique=True)
        order = sort_positions(rows, sort, descending, chosen) if len(rows) else range(0)
        sheets.orders[key] = order
        while len(sheets.orders) > MAX_ORDERS:
            sheets.orders.popitem(last=False)
    else:
        sheets.orders.move_to_end(key)
    return order
