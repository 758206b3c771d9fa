"""Columns of ids, stored as bytes, sorted and searched as hex without creating a text per id."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.columns.name_column import Mask
from scaler_monitor.query.columns.search_cache import SearchCache, search
from scaler_monitor.query.matching import Matcher

SIZE = 16
"""Length of a task's id in bytes."""

ROW_LENGTH = 2 * SIZE + 1

HEX_DIGITS = frozenset("0123456789abcdef")


class IdColumn:
    """The id of each row; b"" means unknown. Other lengths than SIZE are allowed."""

    def __init__(self, ids: Sequence[bytes], searches: SearchCache | None = None) -> None:
        self.ids = ids
        self.searches = OrderedDict() if searches is None else searches

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def known(self) -> Mask:
        """Whether the id is known, per row."""
        return np.fromiter(map(bool, self.ids), np.bool_, len(self.ids))

    @cached_property
    def words(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """First and second half of each id as numbers, which sort as the hex text does."""
        whole = np.array(self.ids, dtype=f"S{SIZE}")
        halves = np.ascontiguousarray(whole).view(">u8").astype(np.uint64).reshape(-1, 2)
        return halves[:, 0], halves[:, 1]

    @cached_property
    def regular(self) -> bool:
        """Whether every known id has the length SIZE."""
        return {len(one) for one in self.ids} <= {0, SIZE}

    def texts(self) -> list[str | None]:
        """Return the ids as hex; None if unknown."""
        return [one.hex() or None for one in self.ids]

    def matching(self, matches: Matcher, word: str = "") -> Mask:
        """Return which rows have an id whose hex matches; `word` is the word, or "" for other matchers."""
        if not HEX_DIGITS.issuperset(word):
            return np.zeros(len(self.ids), np.bool_)
        return search(self.searches, matches, self.known, lambda rows: self._match_rows(rows, matches, word))

    def _match_rows(self, rows: NDArray[np.int64], matches: Matcher, word: str) -> Mask:
        ids = self.ids if len(rows) == len(self.ids) else [self.ids[at] for at in rows.tolist()]
        if not self.regular:
            return np.array(matches([one.hex() for one in ids]), np.bool_)
        whole = b"".join(ids).hex("\n", SIZE)
        if not word:
            return np.asarray(matches.match_lines(whole.encode(), len(rows)), np.bool_)
        found: list[int] = []
        at = whole.find(word)
        while at >= 0:
            found.append(at // ROW_LENGTH)
            at = whole.find(word, (found[-1] + 1) * ROW_LENGTH)
        mask: Mask = np.zeros(len(rows), np.bool_)
        mask[found] = True
        return mask
