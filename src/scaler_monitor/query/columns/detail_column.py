"""The column of what else messages said: few different texts, and figures, which differ for every result."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.columns.kept_searches import Searches, search
from scaler_monitor.query.columns.name_column import Mask, NameColumn
from scaler_monitor.query.matching import Matcher

_RUNS = ("grew", "cpu", "us", "ms", "h", "d", "b", "k", "m", "g", "t", "p", "e")
"""What is written with letters in a text of figures."""

_IN_ALL = ("grew", "cpu")
"""What is in each of them."""

NOT_MADE = ""
"""A text of figures that nobody has looked for yet."""


class DetailColumn:
    """`said` are the texts of entries without figures; `figures` those of the others, None for the former.

    Making 50,000 texts of figures takes a tenth of a second, so it is done for what is looked for only.
    """

    def __init__(
        self,
        said: NameColumn,
        figures: list[str | None],
        make: Callable[[int], str],
        searches: Searches,
    ) -> None:
        self.said = said
        self.figures = figures
        self.searches = searches
        self._make = make

    def texts(self) -> list[str | None]:
        """The column as texts."""
        said = self.said.texts()
        return [said[at] if text is None else self._text(at) for at, text in enumerate(self.figures)]

    def matching(self, matches: Matcher, word: str = "") -> Mask:
        """Return which rows match; no text of figures is made where the word can be in none of them."""
        hits = self.said.names.matching(matches)[self.said.numbers]
        if word and not could_be_figures(word):
            return hits
        with_figures = np.fromiter((text is not None for text in self.figures), np.bool_, len(self.figures))
        if word and any(word in part for part in _IN_ALL):
            return hits | with_figures

        def look(rows: NDArray[np.int64]) -> Mask:
            return np.array(matches([self._text(at) for at in rows.tolist()]), np.bool_)

        return hits | search(self.searches, matches, with_figures, look)

    def _text(self, at: int) -> str:
        text = self.figures[at]
        if not text:
            text = self.figures[at] = self._make(at)
        return text


def could_be_figures(word: str) -> bool:
    """Whether a word can be part of `1.23s, grew 45.6M, cpu 1.20s` or the like."""
    if re.search(r"[^a-z0-9., -]", word):
        return False
    return all(any(run in whole for whole in _RUNS) for run in re.findall("[a-z]+", word))
