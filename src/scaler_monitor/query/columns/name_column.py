"""Columns of names as small numbers: a name is ranked and searched once, however many rows have it."""

from __future__ import annotations

import operator
from bisect import bisect
from collections import OrderedDict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.matching import Matcher

MAX_NAMES = 150_000
"""Names kept at once, but for those of one column; where there would be more, all columns are made anew."""

MAX_NAME_SEARCHES = 16
"""Searches whose verdicts are kept, so that only new names are looked at the next time."""

FEW = 20
"""Where there are this many times as many ranked names as new ones, only the new ones are placed."""

MAX_COLUMNS = 4
"""Columns kept with their numbers: a report often has the very names of the one before."""

Mask = NDArray[np.bool_]


class Names:
    """The distinct texts of many columns, each with a number; number 0 is an unknown text."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._numbers: dict[str | None, int] = {None: 0}
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._ranks: NDArray[np.float64] = np.full(1, np.nan)
        self._searches: OrderedDict[Matcher, Mask] = OrderedDict()
        self._columns: OrderedDict[int, tuple[Sequence[str | None], NDArray[np.int32]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self.texts)

    def missing(self, texts: Sequence[str]) -> int:
        """Return how many of `texts` have no number; 0 where all that there are could not be too many."""
        if len(self.texts) + len(texts) <= MAX_NAMES or id(texts) in self._columns:
            return 0
        return sum(map(operator.not_, map(self._numbers.__contains__, texts)))

    def column(self, values: Sequence[str | None]) -> NDArray[np.int32]:
        """Return the numbers of texts, not to be changed; those that are new get one."""
        held = self._columns.get(id(values))
        if held is not None:
            return held[1]
        found = self._numbered(values)
        if isinstance(values, tuple):  # which nobody changes, and which is held so that it stays itself
            found.setflags(write=False)
            self._columns[id(values)] = (values, found)
            while len(self._columns) > MAX_COLUMNS:
                self._columns.popitem(last=False)
        return found

    def _numbered(self, values: Sequence[str | None]) -> NDArray[np.int32]:
        numbers = self._numbers
        try:
            return np.fromiter(map(numbers.__getitem__, values), np.int32, len(values))
        except KeyError:
            for text in dict.fromkeys(values):
                if text is not None and text not in numbers:
                    numbers[text] = len(self.texts)
                    self.texts.append(text)
        return np.fromiter(map(numbers.__getitem__, values), np.int32, len(values))

    def ranks(self) -> NDArray[np.float64]:
        """Return by number the place of each text in alphabetical order, in any case; NaN for unknown."""
        if len(self._ranks) != len(self.texts):
            self._order = self._ordered()
            ranks = np.full(len(self.texts), np.nan)
            ranks[self._order] = np.arange(len(self._order), dtype=np.float64)
            self._ranks = ranks
        return self._ranks

    def _ordered(self) -> NDArray[np.int64]:
        """The numbers of all known texts in alphabetical order; a few new ones are put where they belong."""
        texts, held = self.texts, self._order

        def place(number: int) -> tuple[str, str]:
            return texts[number].lower(), texts[number]

        new = sorted(range(len(held) + 1, len(texts)), key=place)
        if len(new) * FEW > len(held):
            return np.array(sorted([*held.tolist(), *new], key=place), np.int64)
        return np.insert(held, [bisect(held, place(number), key=place) for number in new], new)

    def matching(self, matches: Matcher) -> Mask:
        """Return by number which texts match; an unknown one does not."""
        verdicts = self._searches.pop(matches, None)
        if verdicts is None:
            verdicts = np.zeros(1, np.bool_)
        if len(verdicts) < len(self.texts):
            new = np.asarray(matches(self.texts[len(verdicts) :]), np.bool_)
            verdicts = np.concatenate((verdicts, new))
        self._searches[matches] = verdicts
        while len(self._searches) > MAX_NAME_SEARCHES:
            self._searches.popitem(last=False)
        return verdicts

    def among(self, wanted: Container[object]) -> Mask:
        """Return by number which texts are among the wanted ones, None for unknown."""
        return np.array([None in wanted, *(text in wanted for text in self.texts[1:])], np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class NameColumn:
    """A column of names: a number a row."""

    numbers: NDArray[np.int32]
    names: Names

    def matching(self, matches: Matcher, word: str = "") -> Mask:  # noqa: ARG002
        """Return which rows have a name that matches."""
        return self.names.matching(matches)[self.numbers]

    def texts(self) -> list[str | None]:
        """The column as texts."""
        texts: list[Any] = [None, *self.names.texts[1:]]
        return list(map(texts.__getitem__, self.numbers.tolist()))
