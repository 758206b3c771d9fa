"""Rows of the event log: one an entry, in the order in which they came."""

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
from scaler_monitor.query.columns.values import Values
from scaler_monitor.query.members import OF_WORKERS
from scaler_monitor.query.reader import Asked, Getter, TableReader, column_getters
from scaler_monitor.query.rows.entity_rows import EntityRows
from scaler_monitor.query.rows.event_values import EventValues


class LogEntries(Sequence[LogEntry]):
    """The whole log; entries are made when they are looked at."""

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


def _trail(question: TableQuestion) -> str:
    """The task of which all entries are asked for; "" where it is none, or not of one task alone."""
    return question.scope_id if question.scope_kind == "task" else ""


def _rows(asked: Asked) -> EntityRows[LogEntry]:
    trail, log = _trail(asked.question), asked.cluster.events
    if trail:
        return _log_rows(asked, log.task_entries(parse_hex_id(trail)))
    entries, columns = LogEntries(log), asked.columns.events
    times = np.array(log.times)
    columns.follow(entries, log.evicted, _values(asked.cluster, asked.now))
    names = columns.whole(TABLES["events"])
    return _log_rows(asked, entries, _finder(log), lambda key: times if key == "time" else names(key))


def _log_rows(
    asked: Asked,
    entries: Sequence[LogEntry],
    find: Callable[[str], int | None] | None = None,
    whole: Callable[[str], Values | None] | None = None,
) -> EntityRows[LogEntry]:
    """Rows of entries, oldest first."""
    table = TABLES["events"]
    return EntityRows(
        table,
        entries,
        column_getters(table, _values(asked.cluster, asked.now)),
        lambda entry: str(entry.number),
        natural="time",
        shed=asked.cluster.events.evicted,
        ties="newest",
        find=find,
        whole=whole,
    )


def _finder(log: EventLog) -> Callable[[str], int | None]:
    first, count = log.evicted, len(log)

    def find(row_id: str) -> int | None:
        position = int(row_id) - first if row_id.isdecimal() else -1
        return position if 0 <= position < count else None

    return find


def _row_set_key(question: TableQuestion) -> Hashable:
    return _trail(question)


READER = TableReader(
    "events",
    _rows,
    row_set_key=_row_set_key,
    entities=lambda cluster: LogEntries(cluster.events),
    values=_values,
    members=OF_WORKERS,
    tones={"status": tones.state},
    left_out=lambda cluster: cluster.events.left_out,
)
