"""Columns of names as numbers: each distinct name is sorted and searched once."""

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
"""Maximum number of names; with more, all cached columns are discarded."""

MAX_NAME_SEARCHES = 16
"""Maximum number of cached searches; a cached search only tests new names."""

INSERT_RATIO = 20
"""New names are inserted into the sorted order if there are this many times as many sorted names."""

MAX_COLUMNS = 2
"""Maximum number of cached encoded columns; successive reports often share the same tuple of names."""

Mask = NDArray[np.bool_]


class Names:
    """The distinct texts of many columns, each with a number; number 0 means unknown."""

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
        """Return how many of `texts` have no number; 0 also if the limit MAX_NAMES cannot be exceeded."""
        if len(self.texts) + len(texts) <= MAX_NAMES or id(texts) in self._columns:
            return 0
        return sum(map(operator.not_, map(self._numbers.__contains__, texts)))

    def encode(self, values: Sequence[str | None]) -> NDArray[np.int32]:
        """Return the numbers of texts as a shared array that must not be changed; new texts get a number."""
        held = self._columns.get(id(values))
        if held is not None:
            return held[1]
        found = self._numbers_of(values)
        if isinstance(values, tuple):  # a tuple does not change; the reference keeps its id() unique
            found.setflags(write=False)
            self._columns[id(values)] = (values, found)
            while len(self._columns) > MAX_COLUMNS:
                self._columns.popitem(last=False)
        return found

    def _numbers_of(self, values: Sequence[str | None]) -> NDArray[np.int32]:
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
        """Return the alphabetical rank of each text by number, ignoring case; NaN for unknown."""
        if len(self._ranks) != len(self.texts):
            self._order = self._sorted_numbers()
            ranks = np.full(len(self.texts), np.nan)
            ranks[self._order] = np.arange(len(self._order), dtype=np.float64)
            self._ranks = ranks
        return self._ranks

    def _sorted_numbers(self) -> NDArray[np.int64]:
        """Return the numbers of all known texts in alphabetical order."""
        texts, held = self.texts, self._order

        def place(number: int) -> tuple[str, str]:
            return texts[number].lower(), texts[number]

        new = sorted(range(len(held) + 1, len(texts)), key=place)
        if len(new) * INSERT_RATIO > len(held):
            return np.array(sorted([*held.tolist(), *new], key=place), np.int64)
        return np.insert(held, [bisect(held, place(number), key=place) for number in new], new)

    def matching(self, matches: Matcher) -> Mask:
        """Return whether each text matches, by number; unknown does not match."""
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

    def contained_in(self, wanted: Container[object]) -> Mask:
        """Return whether each text is in `wanted`, by number; None stands for unknown."""
        return np.array([None in wanted, *(text in wanted for text in self.texts[1:])], np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class NameColumn:
    """A column of names: one number per row."""

    numbers: NDArray[np.int32]
    names: Names

    def matching(self, matches: Matcher, word: str = "") -> Mask:  # noqa: ARG002
        """Return which rows have a name that matches."""
        return self.names.matching(matches)[self.numbers]

    def texts(self) -> list[str | None]:
        """Return the names of all rows; None if unknown."""
        texts: list[Any] = [None, *self.names.texts[1:]]
        return list(map(texts.__getitem__, self.numbers.tolist()))
