"""Frames in which one list of structs is as long, and its entries are of such a shape, as a test likes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from bench.hostile_frames import pointer_word

from scaler_monitor.wire.generation import Member
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.segments import Segments, Shape, Span

COMPOSITE = 7


class Listed(NamedTuple):
    """A list: the message that has it, what that holds otherwise, where its pointer lies, and its entries."""

    member: Member
    fields: dict[str, Any]
    pointer: Callable[[Segments, Span], int]
    smallest: Shape


def _of_body(index: int) -> Callable[[Segments, Span], int]:
    return lambda _, body: body.at + body.data_words + index


def _of_worker(segments: Segments, body: Span) -> int:
    manager = segments.member(body, 5)
    workers = segments.structs(manager, 0) if manager else None
    assert workers is not None
    return workers.at + workers.data_words + 3


_CAPABILITY = [{"name": "a", "value": 1}]
LISTED = {
    "processors": Listed(
        "stateScheduler",
        {"workerManager": {"workers": [{"processorStatuses": [{"pid": 1}]}]}},
        _of_worker,
        (1, 1),
    ),
    "objects": Listed(
        "stateObject", {"objects": [{"objectId": bytes(32)}], "totalObjects": 1}, _of_body(0), (2, 3)
    ),
    "capabilities of a task": Listed(
        "stateTask",
        {"taskId": bytes(16), "functionName": b"f", "capabilities": _CAPABILITY},
        _of_body(3),
        (1, 1),
    ),
    "capabilities of a worker": Listed(
        "stateWorker", {"workerId": b"w", "capabilities": _CAPABILITY}, _of_body(1), (1, 1)
    ),
}
"""Those that `bench.hostile_frames` has no reports of."""


def widened(listed: Listed, shape: Shape, entries: int) -> bytes:
    """Return a frame whose list has so many structs of `shape`, all zero."""
    message = load_generation(2).Message.new_message(**{listed.member: listed.fields})
    frame = bytearray(message.to_bytes())
    segments = Segments(bytes(frame))
    body = segments.member(segments.root(), 0)
    assert body is not None
    at = listed.pointer(segments, body)
    end, room = segments.ends[-1], entries * sum(shape)
    frame[8 * at : 8 * at + 8] = pointer_word(1, end - at - 1, COMPOSITE | room << 3)
    struct.pack_into("<I", frame, 4, end + room)
    tag = struct.pack("<Q", entries << 2 | shape[0] << 32 | shape[1] << 48)
    return bytes(frame) + tag + bytes(8 * room)
