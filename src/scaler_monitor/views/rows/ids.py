"""Columns of ids: bytes a row, sorted and searched as hex without a text for each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.views.rows.names import Mask, Matcher

SIZE = 16
"""Bytes of a task's id."""


class IdColumn:
    """Ids in the order of the rows; b"" is an unknown one. Ids of another size are kept as well."""

    def __init__(self, ids: Sequence[bytes]) -> None:
        self.ids = ids

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

    def containing(self, word: str) -> Mask:
        """Return which rows have the word in the hex of their id."""
        mask: Mask = np.zeros(len(self.ids), np.bool_)
        if not self.regular or not word:
            return np.array([bool(one) and word in one.hex() for one in self.ids], np.bool_)
        places = np.flatnonzero(self.known)
        whole = b"".join(self.ids).hex("\n", SIZE)
        row_length = 2 * SIZE + 1
        found: list[int] = []
        at = whole.find(word)
        while at >= 0:
            row = at // row_length
            found.append(row)
            at = whole.find(word, (row + 1) * row_length)
        mask[places[found]] = True
        return mask

    def matching(self, matches: Matcher) -> Mask:
        """Return which rows have an id whose hex matches."""
        mask: Mask = np.zeros(len(self.ids), np.bool_)
        known = self.known
        mask[known] = np.asarray(matches([one.hex() for one in self.ids if one]), np.bool_)
        return mask
