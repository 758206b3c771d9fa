"""Lists of capabilities in StateTask frames: location in the frame, decoding, and a cache."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct as Packing

from scaler_monitor.wire.capabilities import Capabilities
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.frame_limits import LIST_CAPABILITIES
from scaler_monitor.wire.generation import LAYOUTS
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import FAR, LIST, STRUCT, Segments, StructRef, UnusualLayout, offset
from scaler_monitor.wire.struct_layout import Layout, has_fields
from scaler_monitor.wire.text import CleanNames

ABSENT = slice(0, 0)

_MAX_CACHED_LISTS = 4096
_MAX_CACHED_BYTES = 1 << 20
_CAPABILITY = LAYOUTS[2]["stateTask"].inner["capabilities"]
"""The layout is the same in both generations."""
_NAME = _CAPABILITY.pointer("name")
_VALUE = _CAPABILITY.packing("value")
_WORD = Packing("<Q")


class CapabilityCache(dict[bytes, "Capabilities | None"]):
    """Decoded lists by their bytes: pointers are relative, so equal bytes are equal lists. Bounded."""

    def __init__(self, cache: DecodeCache) -> None:
        super().__init__({b"": ()})
        self._names = cache.names
        self._lists = cache.lists
        self._bytes = 0

    def __missing__(self, raw: bytes) -> Capabilities | None:
        found = self._lists.make(*_read_capabilities(raw, self._names))
        if len(raw) > _MAX_CACHED_BYTES:
            return found
        self._bytes += len(raw)
        if len(self) >= _MAX_CACHED_LISTS or self._bytes > _MAX_CACHED_BYTES:
            self.clear()
            self[b""] = ()
            self._bytes = len(raw)
        self[raw] = found
        return found


def capability_bytes(segments: Segments, body: StructRef, layout: Layout) -> slice:
    """Return the slice of the capabilities and names: from the list's tag to the next pointer target."""
    index = layout.pointer("capabilities")
    listed = segments.structs(body, index)
    if listed is None:
        return ABSENT
    pointers_at = body.at + body.data_words
    words = segments.word(pointers_at + index) >> 35
    if not has_fields(listed.shape, *_CAPABILITY.least) or sum(listed.shape) * listed.length != words:
        raise UnusualLayout("capabilities of another shape")
    start = listed.at - 1
    following = [at for at in _targets(segments, pointers_at, body.pointers) if at > start]
    return slice(8 * start, 8 * min(following, default=len(segments.frame) // 8))


def _targets(segments: Segments, at: int, count: int) -> Iterator[int]:
    """Yield the target words of `count` pointers, beginning at word `at`; unknown fields included."""
    for place in range(at, at + count):
        word = segments.word(place)
        if word and word & 3 in (STRUCT, LIST):
            yield place + 1 + offset(word)


def _read_capabilities(raw: bytes, names: CleanNames) -> tuple[list[tuple[str, int]], int]:
    """Return the first LIST_CAPABILITIES capabilities in `raw`, and their total number.

    `raw` begins with the list's tag. Raises UnusualLayout if it does not contain the names.
    """
    words = len(raw) // 8
    tag = int.from_bytes(raw[:8], "little")
    count, data_words, pointers = (tag & 0xFFFFFFFF) >> 2, tag >> 32 & 0xFFFF, tag >> 48
    if 1 + (data_words + pointers) * count > words:
        raise UnusualLayout("capabilities that something else lies in")
    # wrapped as a separate frame, so that its pointers are bounds-checked as usual
    segments = Segments(bytes((0, 0, 0, 0)) + words.to_bytes(4, "little") + raw)
    found = []
    try:
        for index in range(min(count, LIST_CAPABILITIES)):
            at = 2 + (data_words + pointers) * index
            name_at = 8 * (at + data_words + _NAME)
            require_near_pointers(segments.frame[name_at : name_at + 8])
            name = _text(segments, StructRef(at, 0, data_words, pointers), _NAME)
            found.append((names[name], _VALUE.unpack_from(segments.frame, 8 * at)[0]))
    except MalformedFrame:
        raise UnusualLayout("names of capabilities elsewhere") from None
    return found, count


def blob_slice(segments: Segments, body: StructRef, index: int) -> slice:
    """Return the bytes of the data or text at pointer `index`, as a slice. Raises MalformedFrame."""
    at, size = segments.blob(body, index)
    return slice(at, at + size)


def _text(segments: Segments, body: StructRef, index: int) -> bytes:
    text = blob_slice(segments, body, index)
    require_terminator(text)
    raw = segments.frame[text]
    if raw[-1:] not in (b"", b"\0"):
        raise UnusualLayout("a text without its closing zero")
    return raw[:-1]


def require_terminator(text: slice) -> None:
    """Raise UnusualLayout for a text that is present but has no bytes, not even the terminating zero."""
    if text.start == text.stop and text != ABSENT:
        raise UnusualLayout("a text of no bytes")


def require_near_pointers(pointers: bytes) -> None:
    """Raise UnusualLayout for far pointers: their target is stored elsewhere, relative to a segment."""
    if any(word & 3 == FAR for (word,) in _WORD.iter_unpack(pointers)):
        raise UnusualLayout("a far pointer in one segment")
