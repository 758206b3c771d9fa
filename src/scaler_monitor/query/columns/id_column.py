"""Columns of ids: bytes a row, sorted and searched as hex without a text for each."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.columns.kept_searches import Searches, search
from scaler_monitor.query.columns.name_column import Mask
from scaler_monitor.query.matching import Matcher

SIZE = 16
"""Bytes of a task's id."""

ROW_LENGTH = 2 * SIZE + 1

HEX_DIGITS = frozenset("0123456789abcdef")


class IdColumn:
    """Ids in the order of the rows; b"" is an unknown one. Ids of another size are kept as well."""

    def __init__(self, ids: Sequence[bytes], searches: Searches | None = None) -> None:
        self.ids = ids
        self.searches = OrderedDict() if searches is None else searches

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def known(self) -> Mask:
        """Which rows have an id."""
        return np.fromiter(map(bool, self.ids), np.bool_, len(self.ids))

    @cached_property
    def words(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """The first and the second half of each id as numbers, which sort as its hex does."""
        whole = np.array(self.ids, dtype=f"S{SIZE}")
        halves = np.ascontiguousarray(whole).view(">u8").astype(np.uint64).reshape(-1, 2)
        return halves[:, 0], halves[:, 1]

    @cached_property
    def regular(self) -> bool:
        """Whether every known id has the usual size."""
        return {len(one) for one in self.ids} <= {0, SIZE}

    def texts(self) -> list[str | None]:
        """The ids as hex."""
        return [one.hex() or None for one in self.ids]

    def matching(self, matches: Matcher, word: str = "") -> Mask:
        """Return which rows have an id whose hex matches; `word` is the word looked for, if it is one."""
        if not HEX_DIGITS.issuperset(word):
            return np.zeros(len(self.ids), np.bool_)
        return search(self.searches, matches, self.known, lambda rows: self._look(rows, matches, word))

    def _look(self, rows: NDArray[np.int64], matches: Matcher, word: str) -> Mask:
        ids = self.ids if len(rows) == len(self.ids) else [self.ids[at] for at in rows.tolist()]
        if not self.regular:
            return np.array(matches([one.hex() for one in ids]), np.bool_)
        whole = b"".join(ids).hex("\n", SIZE)
        if not word:
            return np.asarray(matches.in_lines(whole.encode(), len(rows)), np.bool_)
        found: list[int] = []
        at = whole.find(word)
        while at >= 0:
            found.append(at // ROW_LENGTH)
            at = whole.find(word, (found[-1] + 1) * ROW_LENGTH)
        mask: Mask = np.zeros(len(rows), np.bool_)
        mask[found] = True
        return mask
