"""Running totals of many names (functions, clients), remembered at regular moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Totals = NDArray[np.int64]

_FIRST_ROWS = 64


class Tallies:
    """What totals were at the last so many moments, a row a name. All names together take
    `moments * most * columns` times 8 bytes at the most."""

    def __init__(self, columns: int, moments: int, distance: float, most: int) -> None:
        self.distance = distance
        """Seconds between two moments."""
        self._most = most
        self._rows: dict[str, int] = {}
        self._free: list[int] = []
        self._times = np.full(moments, np.nan)
        self._kept = np.zeros((moments, _FIRST_ROWS, columns), np.int64)
        self._now = np.zeros((_FIRST_ROWS, columns), np.int64)
        self._moments = 0
        self._latest = 0.0

    def __len__(self) -> int:
        return len(self._rows)

    def update(self, now: float, totals: Iterable[tuple[str, Sequence[int]]]) -> None:
        """Take the totals of all names that there are; one that is not among them is forgotten."""
        self._latest = now
        present = dict(totals)
        for name in [name for name in self._rows if name not in present]:
            self._free.append(self._rows.pop(name))
        for name, values in present.items():
            row = self._rows.get(name)
            if row is None:
                row = self._make(name)
            if row is not None:
                self._now[row] = values
        latest = self._times[(self._moments - 1) % len(self._times)] if self._moments else np.nan
        if not now - latest < self.distance:
            at = self._moments % len(self._times)
            self._times[at], self._kept[at] = now, self._now
            self._moments += 1

    def names(self) -> list[str]:
        """All names that are known."""
        return list(self._rows)

    def totals(self) -> Totals:
        """Return the latest totals, in the order of `names`."""
        latest: Totals = self._now[list(self._rows.values())]
        return latest

    def grown(self, seconds: float, now: float) -> Totals | None:
        """Return by how much each total grew over about the last seconds, in the order of `names`; at least
        over so many. None where nobody watched for so long."""
        before = self.before(seconds, now)
        return None if before is None else np.maximum(self.totals() - before, 0)

    def before(self, seconds: float, now: float) -> Totals | None:
        """Return the totals of so many seconds ago, or somewhat earlier; None where nobody watched then."""
        rows = list(self._rows.values())
        with np.errstate(invalid="ignore"):
            early = np.flatnonzero(self._times <= now - seconds + 0.5)
        if not len(early):
            return None
        at = early[np.argmax(self._times[early])]
        before: Totals = self._kept[at][rows]
        return before

    def moments(self, name: str) -> tuple[NDArray[np.float64], Totals]:
        """Return the moments that are kept, the oldest first and the present last, and the totals of one name
        then."""
        kept = min(self._moments, len(self._times))
        order = np.arange(self._moments - kept, self._moments) % len(self._times)
        row = self._rows[name]
        times, totals = self._times[order], self._kept[order, row]
        if times[-1] < self._latest:
            times, totals = np.append(times, self._latest), np.vstack((totals, self._now[row]))
        return times, totals

    def clear(self) -> None:
        """Forget all."""
        self._rows.clear()
        self._free.clear()
        self._times[:] = np.nan
        self._kept[:], self._now[:] = 0, 0
        self._moments = 0

    def _make(self, name: str) -> int | None:
        if self._free:
            row = self._free.pop()
            self._kept[:, row] = self._now[row] = 0
        else:
            row = len(self._rows)
            if row >= self._most:
                return None
            if row >= len(self._now):
                more = min(len(self._now), self._most - len(self._now))
                self._now = np.pad(self._now, ((0, more), (0, 0)))
                self._kept = np.pad(self._kept, ((0, 0), (0, more), (0, 0)))
        self._rows[name] = row
        return row
