"""Searches many texts at once: for a word, an equal text, a regular expression."""

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
"""Number of characters of a value that a regular expression searches."""

REGEX_MEMORY_BYTES = 1 << 20
"""Memory limit of one compiled regular expression."""

_ENDS_OF_TEXT = re.compile(r"\\[Az]|\(\?[a-zA-Z]*-[a-zA-Z]*m")
"""Patterns with these anchors or flags need one search per text."""

_SEPARATOR = "\n"
"""Separates texts that are searched together; sanitized text does not contain it."""


class BadPattern(ValueError):
    """Not a valid RE2 expression, or RE2 is not installed; the message is one line."""


class Matcher:
    """Tests many texts at once."""

    def __call__(self, texts: Sequence[str]) -> Sequence[bool]:
        """Return for each text whether it matches."""
        raise NotImplementedError

    def match_lines(self, whole: bytes, count: int) -> Sequence[bool] | NDArray[np.bool_]:
        """Return for each of the `count` lines of ASCII text whether it matches."""
        return self(whole.decode("ascii").split(_SEPARATOR)) if count else []


class Contains(Matcher):
    """The text contains a word, ignoring case."""

    def __init__(self, word: str) -> None:
        self.word = word.lower()

    def __call__(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it matches."""
        lowered = _SEPARATOR.join(texts).lower().split(_SEPARATOR)
        if len(lowered) != len(texts):
            lowered = [text.lower() for text in texts]
        word = self.word
        return [word in text for text in lowered]


class Equals(Matcher):
    """The text equals a word, ignoring case."""

    def __init__(self, word: str) -> None:
        self.word = word.lower()

    def __call__(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it matches."""
        return [text.lower() == self.word for text in texts]


class Regex(Matcher):
    """The text contains a match of a regular expression, ignoring case; raises BadPattern.

    All texts are searched at once, one per line: one call per text takes ten times as long, and is only used
    for patterns with `\\A`, `\\z` or `(?-m)`.
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
            # compiled alone first: the brackets added below must not hide an error in the pattern
            self._search = re2.compile(pattern, options).search
            self._lines = re2.compile(f"(?m)^.*?(?:{pattern}).*$", options).finditer
        except (re2.error, UnicodeError) as problem:
            raise BadPattern(_one_line(problem)) from None
        self._one_by_one = _ENDS_OF_TEXT.search(pattern) is not None

    def __call__(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it matches."""
        if not texts:
            return []
        cut = [text[:MAX_TEXT_LENGTH] if len(text) > MAX_TEXT_LENGTH else text for text in texts]
        if self._one_by_one:
            each = (text.encode("utf-8", "surrogateescape") for text in cut)
            return [self._search(text) is not None for text in each]
        whole = _SEPARATOR.join(cut).encode("utf-8", "surrogateescape")
        if whole.count(b"\n") != len(texts) - 1:
            whole = _SEPARATOR.join(text.replace(_SEPARATOR, " ") for text in cut).encode(
                "utf-8", "surrogateescape"
            )
        verdicts: list[bool] = self.match_lines(whole, len(texts)).tolist()
        return verdicts

    def match_lines(self, whole: bytes, count: int) -> NDArray[np.bool_]:
        """Return for each line whether it matches."""
        if self._one_by_one:
            return np.array(super().match_lines(whole, count), np.bool_)
        begun = [match.start() for match in self._lines(whole)]
        separators = np.flatnonzero(np.frombuffer(whole, np.uint8) == ord(_SEPARATOR))
        verdicts = np.zeros(count, np.bool_)
        verdicts[np.searchsorted(separators, begun)] = True
        return verdicts


def _one_line(problem: Exception) -> str:
    reason = problem.args[0] if problem.args else problem
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return " ".join(text.split())[:80]
