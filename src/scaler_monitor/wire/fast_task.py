"""Decodes StateTask frames without pycapnp: the hottest code path of the monitor.

The frame's header and the struct's pointers determine where every field is, and few combinations occur. Each
one is checked once, against the length in the header, and cached with the slices of its fields. What depends
on other bytes is checked in every frame: the terminating zero of a text, and the tag of a list.

The offsets within the struct come from the schema. A larger struct of a future release is read as fast; its
additional fields are ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any, cast

from scaler_monitor.wire.bounded_ids import BoundedIds
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.event import TASK_STATES, StateTask
from scaler_monitor.wire.fast_capabilities import (
    ABSENT,
    CapabilityCache,
    blob_slice,
    capability_bytes,
    require_near_pointers,
    require_terminator,
)
from scaler_monitor.wire.fields import read_profile, state_name
from scaler_monitor.wire.frame_header import HEADER_BYTES, read_header
from scaler_monitor.wire.frame_limits import FIELD_BYTES, ID_BYTES
from scaler_monitor.wire.generation import Generation, identify, layout_of
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import Segments, StructRef, UnusualLayout
from scaler_monitor.wire.struct_layout import Layout, Shape

_MAX_LAYOUTS = 4096
_MAX_POINTERS = 64
"""Pointers of a struct; their bytes are the key of the layout cache."""
_ZERO_AT = 0  # the first byte of every frame in one segment

_BLOBS = ("taskId", "functionName", "worker", "metadata", "client", "event")

Fields = Callable[[bytes], tuple[Any, ...]]
"""Returns the fields of a frame; from 2.9.0 on the last one is the byte that terminates `event`, a number."""


@cache
def _numbers(layout: Layout, *fields: str) -> Callable[[bytes, int], tuple[int, ...]]:
    return layout.packing(*fields).unpack_from


class TaskHeader:
    """A parsed header of HEADER_BYTES: frame length, generation, and the shape of the struct."""

    __slots__ = (
        *("from_2_9", "generation", "layout", "layouts", "length", "numbers"),
        *("pointers_at", "pointers_end", "shape"),
    )

    def __init__(self, length: int, generation: Generation, shape: Shape) -> None:
        self.length = length
        self.generation = generation
        self.shape = shape
        self.layout = layout_of(generation, "stateTask", shape)
        self.from_2_9 = self.has("objectBytes")
        self.numbers = _numbers(self.layout, *(("state", "objectBytes") if self.from_2_9 else ("state",)))
        self.pointers_at = HEADER_BYTES + 8 * shape[0]
        self.pointers_end = self.pointers_at + 8 * shape[1]
        self.layouts: dict[bytes, Fields] = {}

    def has(self, field: str) -> bool:
        """Return whether the release that wrote the struct has a field."""
        return self.layout.has(field, self.shape)


class FastTaskReader:
    """Decodes StateTask frames in one segment. Not thread-safe; its caches are bounded."""

    def __init__(self, cache: DecodeCache) -> None:
        self._names = cache.names
        self._ids = cache.ids
        self._headers: dict[bytes, TaskHeader] = {}
        self._capabilities = CapabilityCache(cache)
        self._layouts = 0
        self._hint: Generation | None = None

    def header(self, frame: bytes, hint: Generation | None) -> TaskHeader | None:
        """Return the parsed header; None if the frame is not a StateTask in the usual layout."""
        if hint is not self._hint:  # larger structs were identified by the hint
            self._clear_caches()
            self._hint = hint
        known = self._headers.get(frame[:HEADER_BYTES])
        if known is not None:
            return known if known.length == len(frame) else None
        try:
            number, shape, length = read_header(frame)
            generation, member = identify(number, shape, hint)
        except MalformedFrame:
            return None
        if member != "stateTask" or length != len(frame):
            return None
        if shape[1] > _MAX_POINTERS or HEADER_BYTES + 8 * sum(shape) > length:
            return None
        found = TaskHeader(length, generation, shape)
        if len(self._headers) >= _MAX_LAYOUTS:
            self._clear_caches()
        self._headers[frame[:HEADER_BYTES]] = found
        return found

    def read(self, frame: bytes, header: TaskHeader) -> StateTask:
        """Return the event. Raises MalformedFrame, and UnusualLayout if the reference reader must be used."""
        pointers = frame[header.pointers_at : header.pointers_end]
        fields = header.layouts.get(pointers)
        if fields is None:
            fields = _field_slices(frame, header, pointers, self._ids)
            self._store_layout(header, pointers, fields)
        names = self._names
        if header.from_2_9:
            state, size = header.numbers(frame, HEADER_BYTES)
            task_id, function, worker, listed, metadata, client, event, closing = fields(frame)
            if closing:
                raise UnusualLayout("a text without its closing zero")
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
        (state,) = header.numbers(frame, HEADER_BYTES)
        task_id, function, worker, listed, metadata = fields(frame)
        return StateTask(
            task_id,
            names[function],
            state_name(state),
            names[worker],
            self._capabilities[listed] if header.has("capabilities") else None,
            read_profile(metadata),
            None,
            None,
            None,
        )

    def _store_layout(self, header: TaskHeader, pointers: bytes, fields: Fields) -> None:
        if self._layouts >= _MAX_LAYOUTS:
            self._clear_caches()
        else:
            header.layouts[pointers] = fields
        self._layouts += 1

    def _clear_caches(self) -> None:
        self._headers.clear()
        self._layouts = 0


def _field_slices(frame: bytes, header: TaskHeader, pointers: bytes, ids: BoundedIds) -> Fields:
    """Check every pointer of the struct against the frame's length, and return a getter of its fields.

    The getter is valid for every frame with the same header and pointers: far pointers are rejected, and
    a list with another tag is checked again.
    """
    require_near_pointers(pointers)
    segments, layout = Segments(frame), header.layout
    body = StructRef(HEADER_BYTES // 8, 0, *header.shape)
    blobs = {
        field: blob_slice(segments, body, layout.pointer(field)) for field in _BLOBS if header.has(field)
    }
    listed = capability_bytes(segments, body, layout) if header.has("capabilities") else ABSENT
    places: list[slice | int] = [blobs["taskId"], blobs["functionName"], blobs["worker"], listed]
    places.append(blobs["metadata"])
    if header.from_2_9:
        event = blobs["event"]
        require_terminator(event)
        last = max(event.stop - 1, _ZERO_AT)
        places += [blobs["client"], slice(event.start, last), last]
    _require_small(places)
    fields = _with_bounded_id(cast("Fields", itemgetter(*places)), blobs["taskId"], ids)
    if listed is ABSENT:
        return fields
    tag_at = slice(listed.start, listed.start + 8)
    tag = frame[tag_at]

    def fields_where_tagged(other: bytes) -> tuple[Any, ...]:
        return (fields if other[tag_at] == tag else _field_slices(other, header, pointers, ids))(other)

    return fields_where_tagged


def _with_bounded_id(fields: Fields, task_id: slice, ids: BoundedIds) -> Fields:
    if task_id.stop - task_id.start <= ID_BYTES:
        return fields

    def fields_with_cut_id(frame: bytes) -> tuple[Any, ...]:
        whole, *others = fields(frame)
        return (ids(whole), *others)

    return fields_with_cut_id


def _require_small(fields: list[slice | int]) -> None:
    """Raise UnusualLayout for a field over FIELD_BYTES, so that it is not copied."""
    if any(isinstance(each, slice) and each.stop - each.start > FIELD_BYTES for each in fields):
        raise UnusualLayout("a field of great length")
