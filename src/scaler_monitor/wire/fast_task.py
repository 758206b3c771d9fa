"""StateTask frames to events without Cap'n Proto's machinery: the hottest path of the monitor.

A frame's header and the struct's pointers say where every field lies, and few such layouts occur. Each is
checked once, against the frame's stated length, and kept with the slices that it means. What hangs on more
than these bytes is looked at in every frame: the closing zero of a text and the tag of a list.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from struct import Struct as Packing
from typing import Any, cast

from scaler_monitor.wire.capabilities import Capabilities
from scaler_monitor.wire.event import TASK_STATES, StateTask
from scaler_monitor.wire.fields import read_profile, state_name
from scaler_monitor.wire.generation import EARLY_TASK, Generation, identify
from scaler_monitor.wire.ids import BoundedIds
from scaler_monitor.wire.kept import Kept
from scaler_monitor.wire.limits import FIELD_BYTES, ID_BYTES, LIST_CAPABILITIES
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import FAR, OddLayout, Segments, Shape, Span, has_fields
from scaler_monitor.wire.text import CleanNames

_HEADER = 32  # segment table, root pointer, message number, pointer to the StateTask
_USUAL_ROOT = bytes((0, 0, 0, 0, 1, 0, 1, 0))
_SHAPES = {1: {EARLY_TASK, (1, 5)}, 2: {(1, 5), (2, 7)}}
_MOST_LAYOUTS = 4096
_MOST_CAPABILITY_LISTS = 4096
_CAPABILITY_BYTES_KEPT = 1 << 20
_NOTHING = slice(0, 0)
_ZERO_AT = 0  # the first byte of every frame in one segment

_STATE = Packing("<H")
_STATE_AND_SIZE = Packing("<H6xQ")
_VALUE = Packing("<q")
_WORD = Packing("<Q")

Fields = Callable[[bytes], tuple[Any, ...]]
"""Cuts a frame's fields out; from 2.9.0 on the byte that closes the event's text comes last, as a number."""


class Heading:
    """What one 32-byte header says: the frame's length, the generation, and the struct's shape."""

    __slots__ = ("early", "from_2_9", "generation", "layouts", "length", "pointers_at", "pointers_end")

    def __init__(self, length: int, generation: Generation, shape: Shape) -> None:
        self.length = length
        self.generation = generation
        self.early = shape == EARLY_TASK
        self.from_2_9 = has_fields(shape, 2, 7)
        self.pointers_at = _HEADER + 8 * shape[0]
        self.pointers_end = self.pointers_at + 8 * shape[1]
        self.layouts: dict[bytes, Fields] = {}


class _RawLists(dict[bytes, "Capabilities | None"]):
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


class FastTasks:
    """Reads StateTask frames in one segment. For one thread; what it keeps is bounded."""

    def __init__(self, kept: Kept) -> None:
        self._names = kept.names
        self._ids = kept.ids
        self._headings: dict[bytes, Heading] = {}
        self._capabilities = _RawLists(kept)
        self._layouts = 0

    def heading(self, frame: bytes, hint: Generation | None) -> Heading | None:
        """Return what the frame's header says; None if it is no StateTask in its usual layout."""
        known = self._headings.get(frame[:_HEADER])
        if known is not None:
            return known if known.length == len(frame) else None
        if frame[:4] != b"\0\0\0\0" or frame[8:16] != _USUAL_ROOT or len(frame) < _HEADER:
            return None
        if len(frame) != 8 + 8 * int.from_bytes(frame[4:8], "little"):
            return None
        pointer = int.from_bytes(frame[24:32], "little")
        shape = pointer >> 32 & 0xFFFF, pointer >> 48
        if pointer & 0xFFFFFFFF or not shape[0] or _HEADER + 8 * sum(shape) > len(frame):
            return None
        number = int.from_bytes(frame[16:18], "little")
        try:
            generation, member = identify(number, shape, hint)
        except MalformedFrame:
            return None
        if member != "stateTask" or shape not in _SHAPES[generation]:
            return None
        found = Heading(len(frame), generation, shape)
        if len(self._headings) >= _MOST_LAYOUTS:
            self._forget()
        self._headings[frame[:_HEADER]] = found
        return found

    def read(self, frame: bytes, heading: Heading) -> StateTask:
        """Return the event. Raises OddLayout for what the reference must read, MalformedFrame."""
        pointers = frame[heading.pointers_at : heading.pointers_end]
        fields = heading.layouts.get(pointers)
        if fields is None:
            fields = _lay_out(frame, heading, pointers, self._ids)
            self._keep(heading, pointers, fields)
        names = self._names
        if heading.from_2_9:
            state, size = _STATE_AND_SIZE.unpack_from(frame, _HEADER)
            task_id, function, worker, listed, metadata, client, event, closing = fields(frame)
            if closing:
                raise OddLayout("a text without its closing zero")
            return StateTask(
                task_id,
                names[function],
                TASK_STATES[state] if state < 9 else state_name(state),
                names[worker],
                self._capabilities[listed],
                read_profile(metadata) if metadata else None,
                size,
                names[client],
                names[event],
            )
        state = _STATE.unpack_from(frame, _HEADER)[0]
        task_id, function, worker, listed, metadata = fields(frame)
        return StateTask(
            task_id,
            names[function],
            state_name(state),
            names[worker],
            None if heading.early else self._capabilities[listed],
            read_profile(metadata),
            None,
            None,
            None,
        )

    def _keep(self, heading: Heading, pointers: bytes, fields: Fields) -> None:
        if self._layouts >= _MOST_LAYOUTS:
            self._forget()
        else:
            heading.layouts[pointers] = fields
        self._layouts += 1

    def _forget(self) -> None:
        self._headings.clear()
        self._layouts = 0


def _lay_out(frame: bytes, heading: Heading, pointers: bytes, ids: BoundedIds) -> Fields:
    """Check every pointer of the struct against the frame's length, and return where its fields lie.

    This holds for every frame with these pointers: one that leads through other words is odd, and a list
    with another tag is looked at anew.
    """
    _demand_near(pointers)
    segments = Segments(frame)
    body = Span(_HEADER // 8, 0, (heading.pointers_at - _HEADER) // 8, len(pointers) // 8)
    if heading.early:
        task_id, function, worker, metadata = blobs = [_blob(segments, body, index) for index in range(4)]
        _demand_small(blobs)
        early = cast("Fields", itemgetter(task_id, function, worker, _NOTHING, metadata))
        return _with_bounded_id(early, task_id, ids)
    blobs = [_blob(segments, body, index) if index != 3 else _NOTHING for index in range(body.pointers)]
    listed = _capability_bytes(segments, body, blobs, len(frame))
    _demand_small([*blobs, listed])
    places: list[slice | int] = [*blobs[:3], listed, blobs[4]]
    if heading.from_2_9:
        client, event = blobs[5:]
        _demand_room_for_zero(event)
        last = max(event.stop - 1, _ZERO_AT)
        places += [client, slice(event.start, last), last]
    fields = _with_bounded_id(cast("Fields", itemgetter(*places)), blobs[0], ids)
    if listed is _NOTHING:
        return fields
    tag_at = slice(listed.start, listed.start + 8)
    tag = frame[tag_at]

    def fields_where_tagged(other: bytes) -> tuple[Any, ...]:
        return (fields if other[tag_at] == tag else _lay_out(other, heading, pointers, ids))(other)

    return fields_where_tagged


def _with_bounded_id(fields: Fields, task_id: slice, ids: BoundedIds) -> Fields:
    if task_id.stop - task_id.start <= ID_BYTES:
        return fields

    def fields_with_cut_id(frame: bytes) -> tuple[Any, ...]:
        whole, *others = fields(frame)
        return (ids(whole), *others)

    return fields_with_cut_id


def _blob(segments: Segments, body: Span, index: int) -> slice:
    at, size = segments.blob(body, index)
    return slice(at, at + size)


def _text(segments: Segments, body: Span, index: int) -> bytes:
    text = _blob(segments, body, index)
    _demand_room_for_zero(text)
    raw = segments.frame[text]
    if raw[-1:] not in (b"", b"\0"):
        raise OddLayout("a text without its closing zero")
    return raw[:-1]


def _demand_room_for_zero(text: slice) -> None:
    if text.start == text.stop and text != _NOTHING:
        raise OddLayout("a text of no bytes")


def _demand_small(fields: list[slice]) -> None:
    """Refuse what would be copied out of the frame at length; a frame of over 8 MiB is not read then."""
    if any(field.stop - field.start > FIELD_BYTES for field in fields):
        raise OddLayout("a field of great length")


def _demand_near(pointers: bytes) -> None:
    """Refuse far pointers: where they lead is said elsewhere, and counted from where the segment begins."""
    if any(word & 3 == FAR for (word,) in _WORD.iter_unpack(pointers)):
        raise OddLayout("a far pointer in one segment")


def _capability_bytes(segments: Segments, body: Span, blobs: list[slice], length: int) -> slice:
    """Return where the capabilities and their names lie: from the list's tag to whatever comes next."""
    listed = segments.structs(body, 3)
    if listed is None:
        return _NOTHING
    words = segments.word(body.at + body.data_words + 3) >> 35
    if listed.shape != (1, 1) or 2 * listed.length != words:
        raise OddLayout("capabilities of another shape")
    start = 8 * (listed.at - 1)
    following = [blob.start for blob in blobs if blob.start > start]
    return slice(start, min(following, default=length))


def _read_capabilities(raw: bytes, names: CleanNames) -> tuple[list[tuple[str, int]], int]:
    """Return the first capabilities in `raw`, which begins with the list's tag and ought to hold their names,
    too, and how many there are. Raises OddLayout where it does not hold them.
    """
    words = len(raw) // 8
    count = (int.from_bytes(raw[:8], "little") & 0xFFFFFFFF) >> 2
    if 1 + 2 * count > words:
        raise OddLayout("capabilities that something else lies in")
    # A frame of its own, so that what its pointers reach is checked as everywhere.
    segments = Segments(bytes((0, 0, 0, 0)) + words.to_bytes(4, "little") + raw)
    found = []
    try:
        for index in range(min(count, LIST_CAPABILITIES)):
            at = 2 + 2 * index
            _demand_near(segments.frame[8 * at + 8 : 8 * at + 16])
            name = _text(segments, Span(at, 0, 1, 1), 0)
            found.append((names[name], _VALUE.unpack_from(segments.frame, 8 * at)[0]))
    except MalformedFrame:
        raise OddLayout("names of capabilities elsewhere") from None
    return found, count
