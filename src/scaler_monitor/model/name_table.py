"""Tables that assign small numbers to names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1


class NameTable:
    """A bounded table of names: beyond the limit a name has the number UNKNOWN."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.names: list[str] = []
        """Names by number; append-only, since snapshots share the list."""
        self.numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Return the number of a name, added if there is room."""
        number = self.numbers.get(name)
        if number is None:
            if len(self.names) >= self._limit:
                return UNKNOWN
            number = self.numbers[name] = len(self.names)
            self.names.append(name)
        return number

    def keep(self, used: Sequence[int]) -> NDArray[np.int32]:
        """Remove all numbers that are not in `used` (ascending); return the new numbers by old number."""
        renumbered = np.full(len(self.names), UNKNOWN, np.int32)
        renumbered[list(used)] = np.arange(len(used))
        self.names = [self.names[number] for number in used]
        self.numbers = {name: number for number, name in enumerate(self.names)}
        return renumbered

    def snapshot(self) -> NameTable:
        """Return a table that shares the containers: names are only appended, `keep` makes new ones."""
        other = NameTable(self._limit)
        other.names, other.numbers = self.names, self.numbers
        return other


class PageNameTable:
    """The names of one page: those of a table, and additional ones of this page."""

    def __init__(self, table: NameTable) -> None:
        self._table = table
        self._known = len(table.names)
        self._more: dict[str, int] = {}

    def number(self, name: str | None) -> int:
        """Return the number of a name on this page; UNKNOWN for None."""
        if name is None:
            return UNKNOWN
        number = self._table.numbers.get(name)
        if number is None or number >= self._known:
            number = self._more.setdefault(name, self._known + len(self._more))
        return number

    def name(self, number: int) -> str | None:
        """Return the name of a number; None for UNKNOWN."""
        if number < 0:
            return None
        return self._table.names[number] if number < self._known else list(self._more)[number - self._known]
