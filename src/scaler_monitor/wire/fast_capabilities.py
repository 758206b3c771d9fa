"""Lists of capabilities in StateTask frames: where one lies, and what it says, each only once."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct as Packing

from scaler_monitor.wire.capabilities import Capabilities
from scaler_monitor.wire.generation import LAYOUTS
from scaler_monitor.wire.kept import Kept
from scaler_monitor.wire.layout import Layout, has_fields
from scaler_monitor.wire.limits import LIST_CAPABILITIES
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import FAR, LIST, STRUCT, OddLayout, Segments, Span, offset
from scaler_monitor.wire.text import CleanNames

NOTHING_THERE = slice(0, 0)

_MOST_CAPABILITY_LISTS = 4096
_CAPABILITY_BYTES_KEPT = 1 << 20
_CAPABILITY = LAYOUTS[2]["stateTask"].inner["capabilities"]
"""The same in both generations."""
_NAME = _CAPABILITY.pointer("name")
_VALUE = _CAPABILITY.packing("value")
_WORD = Packing("<Q")


class RawLists(dict[bytes, "Capabilities | None"]):
    """Lists by their bytes: their pointers are relative, so equal bytes are equal lists. Bounded."""

    def __init__(self, kept: Kept) -> None:
        super().__init__({b"": ()})
        self._names = kept.names
        self._lists = kept.lists
        self._bytes = 0

    def __missing__(self, raw: bytes) -> Capabilities | None:
        found = self._lists.make(*_read_capabilities(raw, self._names))
        if len(raw) > _CAPABILITY_BYTES_KEPT:
            return found
        self._bytes += len(raw)
        if len(self) >= _MOST_CAPABILITY_LISTS or self._bytes > _CAPABILITY_BYTES_KEPT:
            self.clear()
            self[b""] = ()
            self._bytes = len(raw)
        self[raw] = found
        return found


def capability_bytes(segments: Segments, body: Span, layout: Layout) -> slice:
    """Return where the capabilities and their names lie: from the list's tag to whatever comes next."""
    index = layout.pointer("capabilities")
    listed = segments.structs(body, index)
    if listed is None:
        return NOTHING_THERE
    pointers_at = body.at + body.data_words
    words = segments.word(pointers_at + index) >> 35
    if not has_fields(listed.shape, *_CAPABILITY.least) or sum(listed.shape) * listed.length != words:
        raise OddLayout("capabilities of another shape")
    start = listed.at - 1
    following = [at for at in _targets(segments, pointers_at, body.pointers) if at > start]
    return slice(8 * start, 8 * min(following, default=len(segments.frame) // 8))


def _targets(segments: Segments, at: int, count: int) -> Iterator[int]:
    """Return the words to which so many pointers lead from word `at` on, also those of unknown fields."""
    for place in range(at, at + count):
        word = segments.word(place)
        if word and word & 3 in (STRUCT, LIST):
            yield place + 1 + offset(word)


def _read_capabilities(raw: bytes, names: CleanNames) -> tuple[list[tuple[str, int]], int]:
    """Return the first capabilities in `raw`, which begins with the list's tag and ought to hold their names,
    too, and how many there are. Raises OddLayout where it does not hold them.
    """
    words = len(raw) // 8
    tag = int.from_bytes(raw[:8], "little")
    count, data_words, pointers = (tag & 0xFFFFFFFF) >> 2, tag >> 32 & 0xFFFF, tag >> 48
    if 1 + (data_words + pointers) * count > words:
        raise OddLayout("capabilities that something else lies in")
    # A frame of its own, so that what its pointers reach is checked as everywhere.
    segments = Segments(bytes((0, 0, 0, 0)) + words.to_bytes(4, "little") + raw)
    found = []
    try:
        for index in range(min(count, LIST_CAPABILITIES)):
            at = 2 + (data_words + pointers) * index
            name_at = 8 * (at + data_words + _NAME)
            demand_near(segments.frame[name_at : name_at + 8])
            name = _text(segments, Span(at, 0, data_words, pointers), _NAME)
            found.append((names[name], _VALUE.unpack_from(segments.frame, 8 * at)[0]))
    except MalformedFrame:
        raise OddLayout("names of capabilities elsewhere") from None
    return found, count


def blob_slice(segments: Segments, body: Span, index: int) -> slice:
    """Return where the data or text at pointer `index` lies. Raises MalformedFrame."""
    at, size = segments.blob(body, index)
    return slice(at, at + size)


def _text(segments: Segments, body: Span, index: int) -> bytes:
    text = blob_slice(segments, body, index)
    demand_room_for_zero(text)
    raw = segments.frame[text]
    if raw[-1:] not in (b"", b"\0"):
        raise OddLayout("a text without its closing zero")
    return raw[:-1]


def demand_room_for_zero(text: slice) -> None:
    """Refuse a text that is there and has no bytes, not even its closing zero."""
    if text.start == text.stop and text != NOTHING_THERE:
        raise OddLayout("a text of no bytes")


def demand_near(pointers: bytes) -> None:
    """Refuse far pointers: where they lead is said elsewhere, and counted from where the segment begins."""
    if any(word & 3 == FAR for (word,) in _WORD.iter_unpack(pointers)):
        raise OddLayout("a far pointer in one segment")
