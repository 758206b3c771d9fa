"""The words, segments and pointers of a Cap'n Proto frame; everything is bounds-checked before it is used."""

from __future__ import annotations

from struct import Struct as Packing
from typing import NamedTuple

from scaler_monitor.wire.frame_limits import REPORT_MEMORY
from scaler_monitor.wire.list_kinds import ListKind
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.struct_layout import Shape, has_fields

MAX_SEGMENTS = 512

_WORD = Packing("<Q")
_U32 = Packing("<I")

STRUCT, LIST, FAR = 0, 1, 2
"""Kinds of pointers, in the lowest two bits."""

BYTES, POINTERS, COMPOSITE = 2, 6, 7
"""Element sizes of the lists that schedulers write."""


class UnusualLayout(Exception):
    """Valid Cap'n Proto in a layout that no scheduler writes; the reference reader handles it."""


class StructRef(NamedTuple):
    """A struct: its first word in the frame, its segment, and the sizes of its two sections in words."""

    at: int
    segment: int
    data_words: int
    pointers: int

    @property
    def shape(self) -> Shape:
        """Words of its data and of its pointers."""
        return self.data_words, self.pointers


class StructListRef(NamedTuple):
    """A list of structs: the first word of the first element, the segment, the length, and the shape."""

    at: int
    segment: int
    length: int
    data_words: int
    pointers: int

    @property
    def shape(self) -> Shape:
        """Words of its data and of its pointers."""
        return self.data_words, self.pointers


class Segments:
    """The segment table of a frame, and access to the targets of its pointers.

    All offsets are in words from the start of the frame. Everything that is read is charged to a budget of
    the frame's own size, so that many pointers to the same data cannot make a small frame expensive.
    """

    __slots__ = ("_budget", "_room", "ends", "frame", "starts")

    def __init__(self, frame: bytes) -> None:
        """Raises MalformedFrame if the table or the segments do not fit into the frame."""
        if len(frame) < 16:
            raise MalformedFrame(f"too short: {len(frame)} bytes")
        count = _U32.unpack_from(frame, 0)[0] + 1
        if count > MAX_SEGMENTS:
            raise MalformedFrame(f"claims {count} segments")
        at = count // 2 + 1
        if at * 8 > len(frame):
            raise MalformedFrame("cut inside the segment table")
        self.frame = frame
        self.starts: list[int] = []
        self.ends: list[int] = []
        for index in range(count):
            self.starts.append(at)
            at += _U32.unpack_from(frame, 4 + 4 * index)[0]
            self.ends.append(at)
        if at * 8 > len(frame):
            raise MalformedFrame(f"cut: claims {at * 8} bytes, has {len(frame)}")
        self._budget = at
        self._room = REPORT_MEMORY

    def charge(self, words: int) -> None:
        """Charge `words` to the budget. Raises MalformedFrame if more was read than the frame holds."""
        self._budget -= words
        if self._budget < 0:
            raise MalformedFrame("the same bytes are used more than once")

    def check_list(self, kind: ListKind, count: int, shape: Shape) -> None:
        """Check that a list of `count` structs may be read. Raises MalformedFrame if not."""
        if count and not has_fields(shape, kind.data_words, kind.pointers):
            raise MalformedFrame(f"{kind.what} with fewer fields than any release has")
        self._room -= count * kind.memory
        if count > kind.most or self._room < 0:
            raise MalformedFrame(f"{count:,} {kind.what}: more than there is room for")

    def root(self) -> StructRef:
        """Return the frame's root struct, whose pointer is the first word of the first segment."""
        self._check(self.starts[0], 1, 0)
        found = self._struct(self.starts[0], 0)
        if found is None:
            raise MalformedFrame("no message in the frame")
        return found

    def member(self, holder: StructRef, index: int) -> StructRef | None:
        """Return the struct at pointer `index` of `holder`; None for a null pointer."""
        if index >= holder.pointers:
            return None
        return self._struct(holder.at + holder.data_words + index, holder.segment)

    def structs(self, holder: StructRef, index: int) -> StructListRef | None:
        """Return the list of structs at pointer `index` of `holder`; None for a null pointer.

        Raises UnusualLayout for a list of anything but structs.
        """
        found = self._list(holder, index)
        if found is None:
            return None
        at, segment, kind, words = found
        if kind != COMPOSITE:
            raise UnusualLayout("a list of structs in another form")
        self._check(at, words + 1, segment)
        tag = self.word(at)
        count, data_words, pointers = (tag & 0xFFFFFFFF) >> 2, tag >> 32 & 0xFFFF, tag >> 48
        if tag & 3 != STRUCT or count * max(1, data_words + pointers) > words:
            raise MalformedFrame(f"a list claims {count} elements in {words} words")
        self.charge(words + 1)
        return StructListRef(at + 1, segment, count, data_words, pointers)

    def blob(self, holder: StructRef, index: int) -> tuple[int, int]:
        """Return byte offset and size of the data at pointer `index`; (0, 0) for a null pointer."""
        found = self._list(holder, index)
        if found is None:
            return 0, 0
        at, segment, kind, size = found
        if kind != BYTES:
            raise MalformedFrame("a text is no list of bytes")
        self._check(at, (size + 7) // 8, segment)
        self.charge((size + 7) // 8)
        return at * 8, size

    def word(self, at: int) -> int:
        """Return the word at `at` as an unsigned number."""
        word: int = _WORD.unpack_from(self.frame, at * 8)[0]
        return word

    def _struct(self, at: int, segment: int) -> StructRef | None:
        found = self._follow(at, segment)
        if found is None:
            return None
        word, at, segment = found
        if word & 3 != STRUCT:
            raise MalformedFrame("a pointer to a struct points to none")
        data_words, pointers = word >> 32 & 0xFFFF, word >> 48
        self._check(at, data_words + pointers, segment)
        self.charge(data_words + pointers)
        return StructRef(at, segment, data_words, pointers)

    def _list(self, holder: StructRef, index: int) -> tuple[int, int, int, int] | None:
        """Return offset, segment, element size and length of a list, not bounds-checked; None for null."""
        if index >= holder.pointers:
            return None
        found = self._follow(holder.at + holder.data_words + index, holder.segment)
        if found is None:
            return None
        word, at, segment = found
        if word & 3 != LIST:
            raise MalformedFrame("a pointer to a list points to none")
        return at, segment, word >> 32 & 7, word >> 35

    def _follow(self, at: int, segment: int) -> tuple[int, int, int] | None:
        """Follow a pointer, also a far one; return its word, target and segment, None for null."""
        word = self.word(at)
        if not word:
            return None
        if word & 3 != FAR:
            return word, at + 1 + offset(word), segment
        pad, segment = self._far(word, 2 if word & 4 else 1)
        landing = self.word(pad)
        if not word & 4:
            if landing & 3 == FAR:
                raise MalformedFrame("a far pointer lands on another")
            return landing, pad + 1 + offset(landing), segment
        if landing & 7 != FAR:
            raise MalformedFrame("a double far pointer lands on no far pointer")
        target, segment = self._far(landing, 0)
        return self.word(pad + 1), target, segment

    def _far(self, word: int, words: int) -> tuple[int, int]:
        segment = word >> 32
        if segment >= len(self.starts):
            raise MalformedFrame(f"a pointer into segment {segment} of {len(self.starts)}")
        at = self.starts[segment] + (word >> 3 & 0x1FFFFFFF)
        self._check(at, words, segment)
        return at, segment

    def _check(self, at: int, words: int, segment: int) -> None:
        if at < self.starts[segment] or at + words > self.ends[segment]:
            raise MalformedFrame("a pointer leaves its segment")


def offset(word: int) -> int:
    """Return the signed distance in words from the end of a struct or list pointer to its target."""
    low = word & 0xFFFFFFFF
    return (low >> 2) - (0x40000000 if low & 0x80000000 else 0)
