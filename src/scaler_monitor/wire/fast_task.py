"""StateTask frames to events without Cap'n Proto's machinery: the hottest path of the monitor.

A frame's header and the struct's pointers say where every field lies, and few such layouts occur. Each is
checked once, against the frame's stated length, and kept with the slices that it means. What hangs on more
than these bytes is looked at in every frame: the closing zero of a text and the tag of a list.

Where fields lie within the struct is said by the schema. A struct that has grown, as a coming release's may,
is read as well as those that are known: what it has in addition is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any, cast

from scaler_monitor.wire.event import TASK_STATES, StateTask
from scaler_monitor.wire.fast_capabilities import (
    NOTHING_THERE,
    RawLists,
    blob_slice,
    capability_bytes,
    demand_near,
    demand_room_for_zero,
)
from scaler_monitor.wire.fields import read_profile, state_name
from scaler_monitor.wire.generation import Generation, identify, layout_of
from scaler_monitor.wire.head import HEAD_BYTES, read_head
from scaler_monitor.wire.ids import BoundedIds
from scaler_monitor.wire.kept import Kept
from scaler_monitor.wire.layout import Layout, Shape
from scaler_monitor.wire.limits import FIELD_BYTES, ID_BYTES
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.segments import OddLayout, Segments, Span

_MOST_LAYOUTS = 4096
_MOST_POINTERS = 64
"""Of a struct: they are the key of what is kept of a layout."""
_ZERO_AT = 0  # the first byte of every frame in one segment

_BLOBS = ("taskId", "functionName", "worker", "metadata", "client", "event")

Fields = Callable[[bytes], tuple[Any, ...]]
"""Cuts a frame's fields out; from 2.9.0 on the byte that closes the event's text comes last, as a number."""


@cache
def _numbers(layout: Layout, *fields: str) -> Callable[[bytes, int], tuple[int, ...]]:
    return layout.packing(*fields).unpack_from


class Heading:
    """What one header of HEAD_BYTES says: the frame's length, the generation, and the struct's shape."""

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
        self.pointers_at = HEAD_BYTES + 8 * shape[0]
        self.pointers_end = self.pointers_at + 8 * shape[1]
        self.layouts: dict[bytes, Fields] = {}

    def has(self, field: str) -> bool:
        """Tell whether the release that wrote the struct has a field."""
        return self.layout.has(field, self.shape)


class FastTasks:
    """Reads StateTask frames in one segment. For one thread; what it keeps is bounded."""

    def __init__(self, kept: Kept) -> None:
        self._names = kept.names
        self._ids = kept.ids
        self._headings: dict[bytes, Heading] = {}
        self._capabilities = RawLists(kept)
        self._layouts = 0
        self._hint: Generation | None = None

    def heading(self, frame: bytes, hint: Generation | None) -> Heading | None:
        """Return what the frame's header says; None if it is no StateTask in its usual layout."""
        if hint is not self._hint:  # by which structs that have grown were told from others
            self._forget()
            self._hint = hint
        known = self._headings.get(frame[:HEAD_BYTES])
        if known is not None:
            return known if known.length == len(frame) else None
        try:
            number, shape, length = read_head(frame)
            generation, member = identify(number, shape, hint)
        except MalformedFrame:
            return None
        if member != "stateTask" or length != len(frame):
            return None
        if shape[1] > _MOST_POINTERS or HEAD_BYTES + 8 * sum(shape) > length:
            return None
        found = Heading(length, generation, shape)
        if len(self._headings) >= _MOST_LAYOUTS:
            self._forget()
        self._headings[frame[:HEAD_BYTES]] = found
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
            state, size = heading.numbers(frame, HEAD_BYTES)
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
        (state,) = heading.numbers(frame, HEAD_BYTES)
        task_id, function, worker, listed, metadata = fields(frame)
        return StateTask(
            task_id,
            names[function],
            state_name(state),
            names[worker],
            self._capabilities[listed] if heading.has("capabilities") else None,
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
    demand_near(pointers)
    segments, layout = Segments(frame), heading.layout
    body = Span(HEAD_BYTES // 8, 0, *heading.shape)
    blobs = {
        field: blob_slice(segments, body, layout.pointer(field)) for field in _BLOBS if heading.has(field)
    }
    listed = capability_bytes(segments, body, layout) if heading.has("capabilities") else NOTHING_THERE
    places: list[slice | int] = [blobs["taskId"], blobs["functionName"], blobs["worker"], listed]
    places.append(blobs["metadata"])
    if heading.from_2_9:
        event = blobs["event"]
        demand_room_for_zero(event)
        last = max(event.stop - 1, _ZERO_AT)
        places += [blobs["client"], slice(event.start, last), last]
    _demand_small(places)
    fields = _with_bounded_id(cast("Fields", itemgetter(*places)), blobs["taskId"], ids)
    if listed is NOTHING_THERE:
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


def _demand_small(fields: list[slice | int]) -> None:
    """Refuse what would be copied out of the frame at length; a frame of over 8 MiB is not read then."""
    if any(isinstance(each, slice) and each.stop - each.start > FIELD_BYTES for each in fields):
        raise OddLayout("a field of great length")
