"""Values of the last report's columns of names, since most reports have the same names again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_WORDS = 1 << 16
"""Largest column that is kept, in words of 8 bytes."""

_Words = NDArray[np.uint64]
_Sizes = NDArray[np.int64]


class _Column(NamedTuple):
    words: _Words
    sizes: _Sizes
    made: tuple[Any, ...]


class ColumnMemory:
    """The last content of columns by their names, and the values made from it."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}

    def recall(self, column: str, words: _Words, sizes: _Sizes) -> tuple[Any, ...] | None:
        """Return the values made from the same content last time; None if the content differs.

        `words` are the words of all entries, one after another; `sizes` the bytes of each entry.
        """
        held = self._columns.get(column)
        same = held is not None and np.array_equal(held.sizes, sizes) and np.array_equal(held.words, words)
        return held.made if held is not None and same else None

    def keep(self, column: str, words: _Words, sizes: _Sizes, made: tuple[Any, ...]) -> None:
        """Keep the values made from a content."""
        self._columns[column] = _Column(words, sizes, made)

    def forget(self, column: str) -> None:
        """Drop a column that has become too large."""
        self._columns.pop(column, None)
