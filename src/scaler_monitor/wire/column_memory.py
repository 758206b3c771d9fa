"""What was made of a column of names, for the next report, which mostly has the same."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_WORDS = 1 << 20
"""Of a column, 8 MB: one with more is made anew each time, and never kept twice."""

_Words = NDArray[np.uint64]
_Sizes = NDArray[np.int64]


class _Column(NamedTuple):
    words: _Words
    sizes: _Sizes
    made: tuple[Any, ...]


class ColumnMemory:
    """The last content of columns by their names, word by word, and what was made of it."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}

    def recall(self, column: str, words: _Words, sizes: _Sizes) -> tuple[Any, ...] | None:
        """Return what was made of the same content last time; None where it is another.

        `words` are those of all entries one after another, `sizes` the bytes of each entry.
        """
        held = self._columns.get(column)
        same = held is not None and np.array_equal(held.sizes, sizes) and np.array_equal(held.words, words)
        return held.made if held is not None and same else None

    def keep(self, column: str, words: _Words, sizes: _Sizes, made: tuple[Any, ...]) -> None:
        """Note what was made of a content."""
        self._columns[column] = _Column(words, sizes, made)

    def forget(self, column: str) -> None:
        """Let go of a column that has become too large."""
        self._columns.pop(column, None)
