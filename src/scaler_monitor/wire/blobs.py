"""Columns of data and texts: what is made of their bytes, as seldom as can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

TOGETHER = 16_384
"""Blobs whose places are Python's numbers at one time, to save memory."""

FEW = 64
"""So many unlike short texts of a column at most are made once each, instead of once an entry."""

Words = NDArray[np.uint64]
Places = NDArray[np.int64]
Made = TypeVar("Made")


def make_blobs(
    frame: bytes, words: Words, at: Places, lengths: Places, make: Callable[[bytes], Made]
) -> list[Made]:
    """Return `make` of each blob, of as many bytes as its length from its word `at` of the frame on."""
    few = _make_few(words, at, lengths, make)
    return _make_each(frame, 8 * at, 8 * at + lengths, make) if few is None else few


def spread_blobs(
    found: NDArray[np.bool_], made: list[Made], make: Callable[[bytes], Made]
) -> tuple[Made, ...]:
    """Return what was made at the places where it was found, and what is made of nothing at the others."""
    if len(made) == len(found):
        return tuple(made)
    places = np.where(found, np.cumsum(found), 0).tolist()
    return tuple(map([make(b""), *made].__getitem__, places))


def ranges(starts: Places, lengths: Places) -> Places:
    """Return the places from each start on, as many as its length, one range after another."""
    ends = np.cumsum(lengths)
    places: Places = np.repeat(starts - (ends - lengths), lengths)
    places += np.arange(len(places))
    return places


def _make_few(words: Words, at: Places, lengths: Places, make: Callable[[bytes], Made]) -> list[Made] | None:
    """Return `make` of each blob, called once for all alike; None where they are not short and few."""
    length = int(lengths[0])
    if not 0 < length <= 8 or len(at) < FEW or bool((lengths != length).any()):
        return None
    texts = words[at] & np.uint64((1 << 8 * length) - 1)
    unlike = np.unique(texts)
    if len(unlike) > FEW:
        return None
    made = [make(int(text).to_bytes(8, "little")[:length]) for text in unlike.tolist()]
    return list(map(made.__getitem__, np.searchsorted(unlike, texts).tolist()))


def _make_each(frame: bytes, starts: Places, ends: Places, make: Callable[[bytes], Made]) -> list[Made]:
    made: list[Made] = []
    for begin in range(0, len(starts), TOGETHER):
        some = slice(begin, begin + TOGETHER)
        borders = zip(starts[some].tolist(), ends[some].tolist(), strict=True)
        if make is bytes:
            made += [frame[start:end] for start, end in borders]  # type: ignore[misc]
        else:
            made += [make(frame[start:end]) for start, end in borders]
    return made
