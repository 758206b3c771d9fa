"""History of running totals of many names (functions, clients), recorded at regular intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Totals = NDArray[np.int64]

_FIRST_ROWS = 64


class TotalsHistory:
    """Recorded totals: one row per name, a limited number of records. Memory is at most
    `moments * most * columns * 8` bytes."""

    def __init__(self, columns: int, moments: int, interval: float, most: int) -> None:
        self.interval = interval
        """Seconds between two records."""
        self._max_rows = most
        self._rows: dict[str, int] = {}
        self._free: list[int] = []
        self._times = np.full(moments, np.nan)
        self._records = np.zeros((moments, _FIRST_ROWS, columns), np.int64)
        self._current = np.zeros((_FIRST_ROWS, columns), np.int64)
        self._moments = 0
        self._latest = 0.0

    def __len__(self) -> int:
        return len(self._rows)

    def update(self, now: float, totals: Iterable[tuple[str, Sequence[int]]]) -> None:
        """Update the totals of all current names; names that are not included are removed."""
        self._latest = now
        present = dict(totals)
        for name in [name for name in self._rows if name not in present]:
            self._free.append(self._rows.pop(name))
        for name, values in present.items():
            row = self._rows.get(name)
            if row is None:
                row = self._add_row(name)
            if row is not None:
                self._current[row] = values
        latest = self._times[(self._moments - 1) % len(self._times)] if self._moments else np.nan
        if not now - latest < self.interval:
            at = self._moments % len(self._times)
            self._times[at], self._records[at] = now, self._current
            self._moments += 1

    def names(self) -> list[str]:
        """Return all current names."""
        return list(self._rows)

    def totals(self) -> Totals:
        """Return the latest totals, in the order of `names`."""
        latest: Totals = self._current[list(self._rows.values())]
        return latest

    def increase(self, seconds: float, now: float) -> Totals | None:
        """Return the increase of each total over at least the last `seconds`, in the order of `names`;
        None if the history is shorter."""
        before = self.before(seconds, now)
        return None if before is None else np.maximum(self.totals() - before, 0)

    def before(self, seconds: float, now: float) -> Totals | None:
        """Return the latest recorded totals at least `seconds` old; None if the history is shorter."""
        rows = list(self._rows.values())
        with np.errstate(invalid="ignore"):
            early = np.flatnonzero(self._times <= now - seconds + 0.5)
        if not len(early):
            return None
        at = early[np.argmax(self._times[early])]
        before: Totals = self._records[at][rows]
        return before

    def moments(self, name: str) -> tuple[NDArray[np.float64], Totals]:
        """Return the times of all records (oldest first, the current one last), and the totals of one name at
        these times."""
        recorded = min(self._moments, len(self._times))
        order = np.arange(self._moments - recorded, self._moments) % len(self._times)
        row = self._rows[name]
        times, totals = self._times[order], self._records[order, row]
        if times[-1] < self._latest:
            times, totals = np.append(times, self._latest), np.vstack((totals, self._current[row]))
        return times, totals

    def clear(self) -> None:
        """Clear the history."""
        self._rows.clear()
        self._free.clear()
        self._times[:] = np.nan
        self._records[:], self._current[:] = 0, 0
        self._moments = 0

    def _add_row(self, name: str) -> int | None:
        if self._free:
            row = self._free.pop()
            self._records[:, row] = self._current[row] = 0
        else:
            row = len(self._rows)
            if row >= self._max_rows:
                return None
            if row >= len(self._current):
                more = min(len(self._current), self._max_rows - len(self._current))
                self._current = np.pad(self._current, ((0, more), (0, 0)))
                self._records = np.pad(self._records, ((0, 0), (0, more), (0, 0)))
        self._rows[name] = row
        return row
