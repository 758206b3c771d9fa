"""Columns of data and texts: converts their bytes to values, equal ones once where that is cheaper."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

BLOBS_PER_CHUNK = 16_384
"""Number of blobs whose offsets are converted to Python integers at one time."""

MAX_DISTINCT = 64
"""Short texts of a column that has at most this many different ones are made once each."""

Words = NDArray[np.uint64]
Offsets = NDArray[np.int64]
Made = TypeVar("Made")


def make_blobs(
    frame: bytes, words: Words, at: Offsets, lengths: Offsets, make: Callable[[bytes], Made]
) -> list[Made]:
    """Return `make(bytes)` for each blob: `lengths` bytes from word `at` of the frame."""
    made = _make_distinct(words, at, lengths, make)
    return _make_each(frame, 8 * at, 8 * at + lengths, make) if made is None else made


def spread_blobs(
    found: NDArray[np.bool_], made: list[Made], make: Callable[[bytes], Made]
) -> tuple[Made, ...]:
    """Return the made values at the positions that `found` marks, and `make(b"")` at the others."""
    if len(made) == len(found):
        return tuple(made)
    places = np.where(found, np.cumsum(found), 0).tolist()
    return tuple(map([make(b""), *made].__getitem__, places))


def ranges(starts: Offsets, lengths: Offsets) -> Offsets:
    """Return the positions of all ranges, one after another; each has a start and a length."""
    ends = np.cumsum(lengths)
    places: Offsets = np.repeat(starts - (ends - lengths), lengths)
    places += np.arange(len(places))
    return places


def _make_distinct(
    words: Words, at: Offsets, lengths: Offsets, make: Callable[[bytes], Made]
) -> list[Made] | None:
    """Return `make(bytes)` for each blob, called once for equal ones; None if too long or too many."""
    length = int(lengths[0])
    if not 0 < length <= 8 or len(at) < MAX_DISTINCT or bool((lengths != length).any()):
        return None
    texts = words[at] & np.uint64((1 << 8 * length) - 1)
    distinct = np.unique(texts)
    if len(distinct) > MAX_DISTINCT:
        return None
    made = [make(int(text).to_bytes(8, "little")[:length]) for text in distinct.tolist()]
    return list(map(made.__getitem__, np.searchsorted(distinct, texts).tolist()))


def _make_each(frame: bytes, starts: Offsets, ends: Offsets, make: Callable[[bytes], Made]) -> list[Made]:
    made: list[Made] = []
    for begin in range(0, len(starts), BLOBS_PER_CHUNK):
        some = slice(begin, begin + BLOBS_PER_CHUNK)
        borders = zip(starts[some].tolist(), ends[some].tolist(), strict=True)
        if make is bytes:
            made += [frame[start:end] for start, end in borders]  # type: ignore[misc]
        else:
            made += [make(frame[start:end]) for start, end in borders]
    return made
