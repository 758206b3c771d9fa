"""Reads many Cap'n Proto structs of one shape at once, as numpy columns; every pointer is bounds-checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.wire.blobs import Made, Offsets, Words, make_blobs, ranges, spread_blobs
from scaler_monitor.wire.bounded_ids import BoundedIds
from scaler_monitor.wire.column_memory import MAX_WORDS, ColumnMemory
from scaler_monitor.wire.frame_limits import ID_BYTES
from scaler_monitor.wire.list_kinds import ListKind
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import (
    BYTES,
    COMPOSITE,
    FAR,
    LIST,
    POINTERS,
    STRUCT,
    Segments,
    StructRef,
    UnusualLayout,
)
from scaler_monitor.wire.struct_layout import EMPTY_SHAPE, Layout, Shape

_NUMBERS: dict[str, type[np.generic]] = {
    "uint8": np.uint8,
    "uint16": np.uint16,
    "uint32": np.uint32,
    "uint64": np.uint64,
}
"""Numpy types by Cap'n Proto type name."""


class FrameWords:
    """A frame as an array of words, with the start and end of each segment."""

    def __init__(self, segments: Segments) -> None:
        self.segments = segments
        self.frame = segments.frame
        self.words: Words = np.frombuffer(segments.frame, "<u8", segments.ends[-1])
        self.bytes: NDArray[np.uint8] = np.frombuffer(segments.frame, np.uint8)
        self.starts: Offsets = np.array(segments.starts, np.int64)
        self.ends: Offsets = np.array(segments.ends, np.int64)

    def one(self, span: StructRef, layout: Layout) -> Structs:
        """Return a single struct as a column with one row."""
        return Structs(self, np.array([span.at]), np.array([span.segment]), span.shape, layout)

    def check(self, at: Offsets, words: Offsets | int, segment: Offsets) -> None:
        """Raise MalformedFrame if any range is outside its segment."""
        if bool(((at < self.starts[segment]) | (at + words > self.ends[segment])).any()):
            raise MalformedFrame("a pointer leaves its segment")


class Structs:
    """n structs of one shape, given by their offsets and segments. Offset -1 is an absent struct: all zero.

    Fields are named as in the schema; a name that is not in `layout` raises KeyError.
    """

    def __init__(
        self, frame: FrameWords, at: Offsets, segment: Offsets, shape: Shape, layout: Layout
    ) -> None:
        self._frame = frame
        self._at = at
        self._segment = segment
        self._layout = layout
        self.shape = shape
        self._absent = bool((at < 0).any())

    def __len__(self) -> int:
        return len(self._at)

    def has(self, field: str) -> bool:
        """Return whether the release that wrote the structs has a field."""
        return self._layout.has(field, self.shape)

    def number(self, field: str) -> NDArray[Any]:
        """Return a number field as a column of its own type; zero if it is beyond the data section."""
        kind, offset, _ = self._layout.fields[field]
        number = _NUMBERS[kind]
        width = np.dtype(number).itemsize
        word, place = divmod(offset * width, 8)
        if word >= self.shape[0]:
            return np.zeros(len(self), number)
        values = self._take(word)
        if width < 8:
            values = values >> np.uint64(8 * place)
        return values.astype(number)

    def flag(self, field: str) -> NDArray[np.bool_]:
        """Return a boolean field as a column."""
        bit = self._layout.fields[field].at
        if bit // 64 >= self.shape[0]:
            return np.zeros(len(self), np.bool_)
        found: NDArray[np.bool_] = (self._take(bit // 64) >> np.uint64(bit % 64) & np.uint64(1)) != 0
        return found

    def members(self, field: str) -> Structs:
        """Return the nested struct `field` of each struct. Raises UnusualLayout if their shapes differ."""
        found, words, at, segment = self._field_targets(field, STRUCT)
        layout = self._layout.inner[field]
        if found is None:
            absent = np.full(len(self), -1), np.zeros(len(self), np.int64)
            return Structs(self._frame, *absent, EMPTY_SHAPE, layout)
        data_words, pointers = _shape(words)
        self._frame.check(at, data_words + pointers, segment)
        self._frame.segments.charge(len(at) * (data_words + pointers))
        places = _scatter(found, at, -1), _scatter(found, segment, 0)
        return Structs(self._frame, *places, (data_words, pointers), layout)

    def lists(self, field: str, kind: ListKind) -> tuple[Structs, Offsets]:
        """Return the elements of all structs' lists, concatenated, and the start index of each list.

        There is one start index more than structs. Raises UnusualLayout if shapes differ, and MalformedFrame
        if all lists together exceed the limits of `kind`.
        """
        found, words, at, segment = self._field_targets(field, LIST)
        layout = self._layout.inner[field]
        if found is None:
            return self._no_structs(layout), np.zeros(len(self) + 1, np.int64)
        _require_kind(words, COMPOSITE)
        size = (words >> np.uint64(35)).astype(np.int64)
        self._frame.check(at, size + 1, segment)
        tags = self._frame.words[at]
        length = ((tags & np.uint64(0xFFFFFFFF)) >> np.uint64(2)).astype(np.int64)
        data_words, pointers = _shape(tags)
        stride = data_words + pointers
        if bool(((tags & np.uint64(3) != STRUCT) | (length * max(1, stride) > size)).any()):
            raise MalformedFrame("a list claims more elements than it has room for")
        self._frame.segments.check_list(kind, int(length.sum()), (data_words, pointers))
        self._frame.segments.charge(int(size.sum()) + len(at))
        return self._elements(found, at + 1, length, segment, (data_words, pointers), layout)

    def blob_lists(
        self,
        field: str,
        kind: ListKind,
        make: Callable[[bytes], Made],
        memory: ColumnMemory | None = None,
    ) -> tuple[tuple[Made, ...], Offsets]:
        """As `lists`, for lists of data: return `make(bytes)` for each element, or what `memory` has."""
        found, words, at, segment = self._field_targets(field, LIST)
        if found is None:
            return (), np.zeros(len(self) + 1, np.int64)
        _require_kind(words, POINTERS)
        length = (words >> np.uint64(35)).astype(np.int64)
        self._frame.check(at, length, segment)
        self._frame.segments.check_list(kind, int(length.sum()), (0, 1))
        self._frame.segments.charge(int(length.sum()))
        items, first = self._elements(found, at, length, segment, (0, 1), self._layout)
        return items.blobs_at(0, make, memory=memory, name=field), first

    def blobs(
        self, field: str, make: Callable[[bytes], Made], memory: ColumnMemory | None = None
    ) -> tuple[Made, ...]:
        """Return `make(bytes)` for the data or text `field` of each struct; absent ones are empty.

        If `memory` has the same bytes from the last frame, return what was made of them then.
        """
        kind, index, _ = self._layout.fields[field]
        return self.blobs_at(index, make, closing_zero=kind == "text", memory=memory, name=field)

    def blobs_at(
        self,
        index: int,
        make: Callable[[bytes], Made],
        *,
        closing_zero: bool = False,
        memory: ColumnMemory | None = None,
        name: str = "",
    ) -> tuple[Made, ...]:
        """As `blobs`, for pointer `index`, which need not be a named field; `name` is for `memory`."""
        found, words, at, segment = self._follow_pointers(index, LIST)
        if found is None:
            return (make(b""),) * len(self)
        if bool((words >> np.uint64(32) & np.uint64(7) != BYTES).any()):
            raise MalformedFrame("a text is no list of bytes")
        size = (words >> np.uint64(35)).astype(np.int64)
        taken = (size + 7) // 8
        self._frame.check(at, taken, segment)
        self._frame.segments.charge(int(taken.sum()))
        del words, segment
        content = None
        if memory is not None and len(at) == len(self) and int(taken.sum()) <= MAX_WORDS:
            content = self._frame.words[ranges(at, taken)]
            if (held := memory.recall(name, content, size)) is not None:
                return held
        length = size
        if closing_zero:
            length = np.maximum(size - 1, 0)
            if bool(self._frame.bytes[(8 * at + length)[size > 0]].any()):
                raise MalformedFrame("a text without its closing zero")
        made = spread_blobs(found, make_blobs(self._frame.frame, self._frame.words, at, length, make), make)
        if memory is not None and content is not None:
            memory.keep(name, content, size, made)
        elif memory is not None:
            memory.forget(name)
        return made

    def ids(self, field: str, bounded: BoundedIds) -> tuple[bytes, ...]:
        """Return the id `field` of each struct; absent ones are empty."""
        return self.blobs(field, bounded if self._longest(field) > ID_BYTES else bytes)

    def _longest(self, field: str) -> int:
        found, words, _, _ = self._field_targets(field, LIST)
        return 0 if found is None else int(np.max(words) >> np.uint64(35))

    def _elements(
        self,
        found: NDArray[np.bool_],
        at: Offsets,
        length: Offsets,
        segment: Offsets,
        shape: Shape,
        layout: Layout,
    ) -> tuple[Structs, Offsets]:
        """Return the elements of the lists found, as `lists` does; each list begins at its `at`."""
        first = np.zeros(len(self) + 1, np.int64)
        np.cumsum(_scatter(found, length, 0), out=first[1:])
        within = np.arange(first[-1]) - np.repeat(np.cumsum(length) - length, length)
        elements = np.repeat(at, length) + sum(shape) * within
        return Structs(self._frame, elements, np.repeat(segment, length), shape, layout), first

    def _take(self, word: int) -> Words:
        words: Words = self._frame.words[np.maximum(self._at, 0) + word]
        return np.where(self._at < 0, np.uint64(0), words) if self._absent else words

    def _no_structs(self, layout: Layout) -> Structs:
        """Return an empty column, for lists that are absent."""
        return Structs(self._frame, np.zeros(0, np.int64), np.zeros(0, np.int64), EMPTY_SHAPE, layout)

    def _field_targets(
        self, field: str, kind: int
    ) -> tuple[NDArray[np.bool_] | None, Words, Offsets, Offsets]:
        """Follow the pointer of a field, as `_follow_pointers`."""
        return self._follow_pointers(self._layout.pointer(field), kind)

    def _follow_pointers(
        self, index: int, kind: int
    ) -> tuple[NDArray[np.bool_] | None, Words, Offsets, Offsets]:
        """Follow pointer number `index` of each struct.

        Returns a mask of the structs whose pointer is not null (None if there are none), and for those the
        pointer words, target offsets and segments. Raises UnusualLayout for double far pointers.
        """
        nothing = np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        if index >= self.shape[1] or not len(self):
            return None, *nothing
        place = self.shape[0] + index
        words = self._take(place)
        found = words != 0
        if not found.any():
            return None, *nothing
        words, at, segment = words[found], self._at[found] + place, self._segment[found]
        far = words & np.uint64(3) == FAR
        if far.any():
            words, at, segment = self._resolve_far(words, at, segment, far)
        if bool((words & np.uint64(3) != kind).any()):
            raise MalformedFrame("a pointer to one kind points to another")
        low = (words & np.uint64(0xFFFFFFFF)).astype(np.uint32).view(np.int32) >> 2
        return found, words, at + 1 + low, segment

    def _resolve_far(
        self, words: Words, at: Offsets, segment: Offsets, far: NDArray[np.bool_]
    ) -> tuple[Words, Offsets, Offsets]:
        """Replace far pointers by the words and offsets of their landing pads."""
        leaps = words[far]
        if bool((leaps & np.uint64(4)).any()):
            raise UnusualLayout("double far pointers")
        into = (leaps >> np.uint64(32)).astype(np.int64)
        if bool((into >= len(self._frame.starts)).any()):
            raise MalformedFrame("a pointer into a segment that is not there")
        pads = self._frame.starts[into] + (leaps >> np.uint64(3) & np.uint64(0x1FFFFFFF)).astype(np.int64)
        self._frame.check(pads, 1, into)
        words, at, segment = words.copy(), at.copy(), segment.copy()
        words[far], at[far], segment[far] = self._frame.words[pads], pads, into
        return words, at, segment


def _scatter(found: NDArray[np.bool_], values: Offsets, missing: int) -> Offsets:
    """Return an array with `values` where `found` is true, and `missing` elsewhere."""
    if len(values) == len(found):
        return values
    spread = np.full(len(found), missing, np.int64)
    spread[found] = values
    return spread


def _shape(words: Words) -> Shape:
    shapes = words >> np.uint64(32)
    if bool((shapes != shapes[0]).any()):
        raise UnusualLayout("structs of unlike shapes")
    return int(shapes[0]) & 0xFFFF, int(shapes[0]) >> 16


def _require_kind(words: Words, kind: int) -> None:
    if bool((words >> np.uint64(32) & np.uint64(7) != kind).any()):
        raise UnusualLayout("a list in another form")
