"""Columns of the event log, kept across states: entries never change, so each is read once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.event_log import LogEntry
from scaler_monitor.protocol.kinds import is_text
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.query.columns.column_values import Values
from scaler_monitor.query.columns.detail_column import DetailColumn
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.columns.name_column import NameColumn, Names
from scaler_monitor.query.columns.search_cache import SearchCache, shift_rows

COMPLETED_LATER = frozenset({"function", "client"})
"""Columns that may be unknown for an entry of an open task and become known later."""

Getter = Callable[[LogEntry], Any]


class EventColumns:
    """Columns of the whole log, oldest entry first.

    The getters are those of the table's columns, and of `task_id` (bytes), `fixed_detail` (text without a
    profile), `profile_detail` (NOT_FORMATTED if there is a profile) and `is_live` (the task has not ended).
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._entries: Sequence[LogEntry] = ()
        self._first = 0
        self._getters: dict[str, Getter] = {}
        self._ids: tuple[int, IdColumn] = (0, IdColumn([]))
        self._profiles: tuple[int, list[str | None], SearchCache] = (0, [], OrderedDict())
        self._numbers: dict[str, tuple[int, NDArray[np.int32]]] = {}  # (number of the first entry, values)
        self._unknown: dict[str, list[int]] = {key: [] for key in COMPLETED_LATER}  # numbers of the entries
        self._fresh: set[str] = set()
        self._new: dict[int, list[LogEntry]] = {}  # new entries by first position, for all columns

    def update(self, entries: Sequence[LogEntry], first: int, getters: dict[str, Getter]) -> None:
        """Use the next state of the log; `first` is the number of its oldest entry."""
        self._entries, self._first, self._getters = entries, first, getters
        self._fresh.clear()
        self._new.clear()

    def whole(self, table: TableSpec) -> Callable[[str], Values | None]:
        """Return a function from a column key to the whole column; None for numbers, which are not kept."""
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
        entries = self._entries_from(len(held))
        new = self._names.encode(list(map(getter, entries)))
        if key in COMPLETED_LATER:
            is_live = self._getters["is_live"]
            old = [
                self._entries[number - self._first] for number in self._unknown[key] if number >= self._first
            ]
            held[[entry.number - self._first for entry in old]] = self._names.encode(list(map(getter, old)))
            old += [entries[at] for at in np.flatnonzero(new == 0).tolist()]
            self._unknown[key] = [one.number for one in old if is_live(one) and getter(one) is None]
        return np.concatenate((held, new))

    def _entries_from(self, place: int) -> list[LogEntry]:
        if place not in self._new:
            self._new[place] = list(self._entries[place:])
        return self._new[place]

    def _read_ids(self, first: int, held: IdColumn) -> IdColumn:
        ids = self._continue(first, list(held.ids), self._getters["task_id"])
        return IdColumn(ids, shift_rows(held.searches, self._first - first, len(ids)))

    def _detail_column(self) -> DetailColumn:
        fixed = self.column("fixed_detail")
        assert isinstance(fixed, NameColumn)
        first, profiles, searches = self._profiles
        if "detail" not in self._fresh:
            self._fresh.add("detail")
            profiles = self._continue(first, profiles, self._getters["profile_detail"])
            searches = shift_rows(searches, self._first - first, len(profiles))
            self._profiles = (self._first, profiles, searches)
        entries, detail = self._entries, self._getters["detail"]
        return DetailColumn(fixed, profiles, lambda at: detail(entries[at]), searches)

    def _continue(self, first: int, held: list[Any], getter: Getter) -> list[Any]:
        held = held[self._first - first :]
        held.extend(map(getter, self._entries_from(len(held))))
        return held
