"""The detail column of events: few different fixed texts, and profile texts, which all differ."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.columns.name_column import Mask, NameColumn
from scaler_monitor.query.columns.search_cache import SearchCache, search
from scaler_monitor.query.matching import Matcher

_LETTERS = ("grew", "cpu", "us", "ms", "h", "d", "b", "k", "m", "g", "t", "p", "e")
"""Words and units in a profile text, and suffixes of numbers."""

_IN_EVERY_TEXT = ("grew", "cpu")
"""Words in every profile text."""

NOT_FORMATTED = ""
"""Stands for a profile text that was not needed so far."""


class DetailColumn:
    """`fixed` has the texts of entries without a profile; `profiles` the others, None for the former.

    `make` formats the profile text of a row. 50,000 of them take 0.1 s, so they are only formatted if needed.
    """

    def __init__(
        self,
        fixed: NameColumn,
        profiles: list[str | None],
        make: Callable[[int], str],
        searches: SearchCache,
    ) -> None:
        self.fixed = fixed
        self.profiles = profiles
        self.searches = searches
        self._make = make

    def texts(self) -> list[str | None]:
        """Return the texts of all rows."""
        fixed = self.fixed.texts()
        return [fixed[at] if text is None else self._text(at) for at, text in enumerate(self.profiles)]

    def matching(self, matches: Matcher, word: str = "") -> Mask:
        """Return which rows match; profile texts are not formatted if they cannot contain `word`."""
        hits = self.fixed.names.matching(matches)[self.fixed.numbers]
        if word and not may_be_profile_text(word):
            return hits
        with_profile = np.fromiter((text is not None for text in self.profiles), np.bool_, len(self.profiles))
        if word and any(word in part for part in _IN_EVERY_TEXT):
            return hits | with_profile

        def match_rows(rows: NDArray[np.int64]) -> Mask:
            return np.array(matches([self._text(at) for at in rows.tolist()]), np.bool_)

        return hits | search(self.searches, matches, with_profile, match_rows)

    def _text(self, at: int) -> str:
        text = self.profiles[at]
        if not text:
            text = self.profiles[at] = self._make(at)
        return text


def may_be_profile_text(word: str) -> bool:
    """Return whether a word can be part of a profile text, such as `1.23s, grew 45.6M, cpu 1.20s`."""
    if re.search(r"[^a-z0-9., -]", word):
        return False
    return all(any(letters in whole for whole in _LETTERS) for letters in re.findall("[a-z]+", word))
