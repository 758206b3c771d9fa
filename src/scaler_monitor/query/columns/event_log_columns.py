"""Columns of the event log that outlive a state of the cluster: entries never change, each is read once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.event_log import LogEntry
from scaler_monitor.protocol.kinds import is_text
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.query.columns.detail_column import DetailColumn
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.columns.kept_searches import Searches, moved
from scaler_monitor.query.columns.name_column import NameColumn, Names
from scaler_monitor.query.columns.values import Values

LEARNED_LATER = frozenset({"function", "client"})
"""Names that an entry may lack and the record of a task that lives may learn later."""

Getter = Callable[[LogEntry], Any]


class EventColumns:
    """Columns of the whole log, oldest first.

    Beside the table's columns the getters read `task_id` (bytes), `said` (a detail without figures),
    `figures` (NOT_MADE for an entry that has some) and `living` (whether the entry's task has not ended).
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._entries: Sequence[LogEntry] = ()
        self._first = 0
        self._getters: dict[str, Getter] = {}
        self._ids: tuple[int, IdColumn] = (0, IdColumn([]))
        self._figures: tuple[int, list[str | None], Searches] = (0, [], OrderedDict())
        self._numbers: dict[str, tuple[int, NDArray[np.int32]]] = {}  # number of the first entry, values
        self._unknown: dict[str, list[int]] = {key: [] for key in LEARNED_LATER}  # numbers of entries
        self._fresh: set[str] = set()
        self._new: dict[int, list[LogEntry]] = {}  # entries from a place on, made once for all columns

    def follow(self, entries: Sequence[LogEntry], first: int, getters: dict[str, Getter]) -> None:
        """Look at the next state of the log, whose oldest entry has the number `first`."""
        self._entries, self._first, self._getters = entries, first, getters
        self._fresh.clear()
        self._new.clear()

    def whole(self, table: TableSpec) -> Callable[[str], Values | None]:
        """Return what gives a whole column of the table, None for one of numbers: these are not kept."""
        texts = {column.key for column in table.columns if is_text(column.kind)}
        return lambda key: self.column(key) if key in texts else None

    def column(self, key: str) -> Values:
        """Return a whole column of texts."""
        if key == "task":
            if key not in self._fresh:
                self._fresh.add(key)
                self._ids = (self._first, self._read_ids(*self._ids))
            return self._ids[1]
        if key == "detail":
            return self._detail_column()
        if key not in self._fresh:
            self._fresh.add(key)
            self._numbers[key] = (self._first, self._read_names(key))
        return NameColumn(self._numbers[key][1], self._names)

    def _read_names(self, key: str) -> NDArray[np.int32]:
        getter = self._getters[key]
        first, held = self._numbers.get(key, (self._first, np.zeros(0, np.int32)))
        held = held[self._first - first :]
        entries = self._from(len(held))
        new = self._names.column(list(map(getter, entries)))
        if key in LEARNED_LATER:
            living = self._getters["living"]
            old = [
                self._entries[number - self._first] for number in self._unknown[key] if number >= self._first
            ]
            held[[entry.number - self._first for entry in old]] = self._names.column(list(map(getter, old)))
            old += [entries[at] for at in np.flatnonzero(new == 0).tolist()]
            self._unknown[key] = [one.number for one in old if living(one) and getter(one) is None]
        return np.concatenate((held, new))

    def _from(self, place: int) -> list[LogEntry]:
        if place not in self._new:
            self._new[place] = list(self._entries[place:])
        return self._new[place]

    def _read_ids(self, first: int, held: IdColumn) -> IdColumn:
        ids = self._continue(first, list(held.ids), self._getters["task_id"])
        return IdColumn(ids, moved(held.searches, self._first - first, len(ids)))

    def _detail_column(self) -> DetailColumn:
        said = self.column("said")
        assert isinstance(said, NameColumn)
        first, figures, searches = self._figures
        if "detail" not in self._fresh:
            self._fresh.add("detail")
            figures = self._continue(first, figures, self._getters["figures"])
            searches = moved(searches, self._first - first, len(figures))
            self._figures = (self._first, figures, searches)
        entries, detail = self._entries, self._getters["detail"]
        return DetailColumn(said, figures, lambda at: detail(entries[at]), searches)

    def _continue(self, first: int, held: list[Any], getter: Getter) -> list[Any]:
        held = held[self._first - first :]
        held.extend(map(getter, self._from(len(held))))
        return held
