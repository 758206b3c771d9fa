"""The event table's rows: one an entry of the log, in the order in which they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import overload

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.events import Entry, Events
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.rows.event_columns import EventColumns
from scaler_monitor.query.rows.event_reader import EventReader
from scaler_monitor.query.rows.row_set import EntityRows, Values


class LogEntries(Sequence[Entry]):
    """The whole log; entries are made when they are looked at."""

    def __init__(self, log: Events) -> None:
        self._first = log.shed
        self._times = list(log.times)
        self._happenings = list(log.happenings)

    def __len__(self) -> int:
        return len(self._times)

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> list[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | list[Entry]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            numbers = range(self._first + start, self._first + stop, step)
            return list(map(Entry._make, zip(numbers, self._times[at], self._happenings[at], strict=True)))
        return Entry(self._first + at, self._times[at], self._happenings[at])

    def __iter__(self) -> Iterator[Entry]:
        return iter(self[:])


def event_rows(
    cluster: ClusterState, entries: Sequence[Entry] | None = None, columns: EventColumns | None = None
) -> EntityRows[Entry]:
    """Return the rows of the whole log, which `columns` follow, or of the given entries (oldest first)."""
    log, getters = cluster.events, EventReader(cluster.tasks.records).getters()
    find = None if entries is not None else _finder(log)
    whole: Callable[[str], Values | None] | None = None
    if entries is None:
        times, entries = np.array(log.times), LogEntries(log)
        if columns is not None:
            columns.follow(entries, log.shed, getters)
            whole = lambda key: times if key == "time" else columns.column(key)  # noqa: E731
    return EntityRows(
        TABLES["events"],
        entries,
        getters,
        lambda entry: str(entry.number),
        natural="time",
        shed=log.shed,
        ties="newest",
        find=find,
        whole=whole,
    )


def _finder(log: Events) -> Callable[[str], int | None]:
    first, count = log.shed, len(log)

    def find(row_id: str) -> int | None:
        position = int(row_id) - first if row_id.isdecimal() else -1
        return position if 0 <= position < count else None

    return find
