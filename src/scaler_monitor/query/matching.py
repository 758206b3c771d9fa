"""Looking for one thing in many texts at once: a word, an equal text, a regular expression."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

try:
    import re2
except ImportError:  # an extra: there is no wheel of it for musl
    re2 = None

MAX_TEXT_LENGTH = 2000
"""Characters of a value that a regular expression looks at."""

REGEX_MEMORY_BYTES = 1 << 20
"""What one compiled regular expression may take."""

_ENDS_OF_TEXT = re.compile(r"\\[Az]|\(\?[a-zA-Z]*-[a-zA-Z]*m")
"""What tells a line among others from a text by itself: such patterns look at one text after the other."""

_SEAM = "\n"
"""Between texts that are searched in one go; no clean text has it."""


class BadPattern(ValueError):
    """Not a regular expression of RE2, or there is no RE2; the message is one line."""


class Matcher:
    """Says for each of many texts whether it matches."""

    def __call__(self, texts: Sequence[str]) -> Sequence[bool]:
        """Return one verdict a text."""
        raise NotImplementedError

    def in_lines(self, whole: bytes, count: int) -> Sequence[bool] | NDArray[np.bool_]:
        """Return one verdict a line of ASCII text that has `count` lines."""
        return self(whole.decode("ascii").split(_SEAM)) if count else []


class Contains(Matcher):
    """A word is in the text, in any case."""

    def __init__(self, word: str) -> None:
        self.word = word.lower()

    def __call__(self, texts: Sequence[str]) -> list[bool]:
        """Return one verdict a text."""
        lowered = _SEAM.join(texts).lower().split(_SEAM)
        if len(lowered) != len(texts):
            lowered = [text.lower() for text in texts]
        word = self.word
        return [word in text for text in lowered]


class Equals(Matcher):
    """The whole text is the word, in any case."""

    def __init__(self, word: str) -> None:
        self.word = word.lower()

    def __call__(self, texts: Sequence[str]) -> list[bool]:
        """Return one verdict a text."""
        return [text.lower() == self.word for text in texts]


class Regex(Matcher):
    """A regular expression is found in the text, in any case; raises BadPattern if it is none.

    RE2 takes time linear in the text. It searches all texts at once, a line each: a call a text would cost
    ten times as much, and is made only for patterns that ask for the text's ends by `\\A`, `\\z` or `(?-m)`.
    """

    def __init__(self, pattern: str) -> None:
        if re2 is None:
            raise BadPattern("needs google-re2, which is not installed; words and column:value work")
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.never_nl = True
        options.max_mem = REGEX_MEMORY_BYTES
        try:
            # alone first, so that no bracket of ours closes one of the pattern's
            self._search = re2.compile(pattern, options).search
            self._lines = re2.compile(f"(?m)^.*?(?:{pattern}).*$", options).finditer
        except (re2.error, UnicodeError) as problem:
            raise BadPattern(_one_line(problem)) from None
        self._one_by_one = _ENDS_OF_TEXT.search(pattern) is not None

    def __call__(self, texts: Sequence[str]) -> list[bool]:
        """Return one verdict a text."""
        if not texts:
            return []
        cut = [text[:MAX_TEXT_LENGTH] if len(text) > MAX_TEXT_LENGTH else text for text in texts]
        if self._one_by_one:
            each = (text.encode("utf-8", "surrogateescape") for text in cut)
            return [self._search(text) is not None for text in each]
        whole = _SEAM.join(cut).encode("utf-8", "surrogateescape")
        if whole.count(b"\n") != len(texts) - 1:
            whole = _SEAM.join(text.replace(_SEAM, " ") for text in cut).encode("utf-8", "surrogateescape")
        verdicts: list[bool] = self.in_lines(whole, len(texts)).tolist()
        return verdicts

    def in_lines(self, whole: bytes, count: int) -> NDArray[np.bool_]:
        """Return one verdict a line."""
        if self._one_by_one:
            return np.array(super().in_lines(whole, count), np.bool_)
        begun = [match.start() for match in self._lines(whole)]
        seams = np.flatnonzero(np.frombuffer(whole, np.uint8) == ord(_SEAM))
        verdicts = np.zeros(count, np.bool_)
        verdicts[np.searchsorted(seams, begun)] = True
        return verdicts


def _one_line(problem: Exception) -> str:
    reason = problem.args[0] if problem.args else problem
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return " ".join(text.split())[:80]
