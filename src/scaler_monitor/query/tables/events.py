"""Reads the event table: one row per entry, oldest first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import overload

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import EventLog, LogEntry
from scaler_monitor.model.tasks import parse_hex_id
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import tones
from scaler_monitor.query.columns.column_values import Values
from scaler_monitor.query.reader import Getter, RowRequest, TableReader, column_getters
from scaler_monitor.query.rows.entity_rows import EntityRows
from scaler_monitor.query.rows.event_values import EventValues
from scaler_monitor.query.scope_rules import WORKER_SCOPES


class LogEntries(Sequence[LogEntry]):
    """The whole log; LogEntry objects are created on access."""

    def __init__(self, log: EventLog) -> None:
        self._first = log.evicted
        self._times = list(log.times)
        self._entries = list(log.entries)

    def __len__(self) -> int:
        return len(self._times)

    @overload
    def __getitem__(self, at: int) -> LogEntry: ...
    @overload
    def __getitem__(self, at: slice) -> list[LogEntry]: ...
    def __getitem__(self, at: int | slice) -> LogEntry | list[LogEntry]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            numbers = range(self._first + start, self._first + stop, step)
            return list(map(LogEntry._make, zip(numbers, self._times[at], self._entries[at], strict=True)))
        return LogEntry(self._first + at, self._times[at], self._entries[at])

    def __iter__(self) -> Iterator[LogEntry]:
        return iter(self[:])


def _values(cluster: ClusterState, now: float) -> dict[str, Getter]:  # noqa: ARG001
    return EventValues(cluster.tasks.records).getters()


def _task_in_scope(question: TableQuestion) -> str:
    """Return the id of the task in scope; "" if the scope is not a task."""
    return question.scope_id if question.scope_kind == "task" else ""


def _rows(request: RowRequest) -> EntityRows[LogEntry]:
    trail, log = _task_in_scope(request.question), request.cluster.events
    if trail:
        return _log_rows(request, log.task_entries(parse_hex_id(trail)))
    entries, columns = LogEntries(log), request.columns.events
    times = np.array(log.times)
    columns.update(entries, log.evicted, _values(request.cluster, request.now))
    names = columns.whole(TABLES["events"])
    return _log_rows(
        request, entries, _find_by_number(log), lambda key: times if key == "time" else names(key)
    )


def _log_rows(
    request: RowRequest,
    entries: Sequence[LogEntry],
    find: Callable[[str], int | None] | None = None,
    whole: Callable[[str], Values | None] | None = None,
) -> EntityRows[LogEntry]:
    """Return the rows of entries, oldest first."""
    table = TABLES["events"]
    return EntityRows(
        table,
        entries,
        column_getters(table, _values(request.cluster, request.now)),
        lambda entry: str(entry.number),
        natural="time",
        shed=request.cluster.events.evicted,
        ties="newest",
        find=find,
        whole=whole,
    )


def _find_by_number(log: EventLog) -> Callable[[str], int | None]:
    first, count = log.evicted, len(log)

    def find(row_id: str) -> int | None:
        position = int(row_id) - first if row_id.isdecimal() else -1
        return position if 0 <= position < count else None

    return find


def _row_set_key(question: TableQuestion) -> Hashable:
    return _task_in_scope(question)


READER = TableReader(
    "events",
    _rows,
    row_set_key=_row_set_key,
    entities=lambda cluster: LogEntries(cluster.events),
    values=_values,
    scope_rules=WORKER_SCOPES,
    tones={"status": tones.state},
    left_out=lambda cluster: cluster.events.left_out,
)
