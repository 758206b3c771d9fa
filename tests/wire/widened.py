"""Frames with one list of structs of any length, with elements of any shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from bench.hostile_frames import with_list

from scaler_monitor.wire.generation import Member
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.segments import Segments, StructRef
from scaler_monitor.wire.struct_layout import Shape


class Listed(NamedTuple):
    """A list: the message that has it, what that holds otherwise, where its pointer lies, and its entries."""

    member: Member
    fields: dict[str, Any]
    pointer: Callable[[Segments, StructRef], int]
    smallest: Shape


def _of_body(index: int) -> Callable[[Segments, StructRef], int]:
    return lambda _, body: body.at + body.data_words + index


def _of_worker(segments: Segments, body: StructRef) -> int:
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
    """Return a frame whose list has `entries` structs of `shape`, all zero."""
    message = load_generation(2).Message.new_message(**{listed.member: listed.fields})
    frame = message.to_bytes()
    segments = Segments(frame)
    body = segments.member(segments.root(), 0)
    assert body is not None
    return with_list(frame, listed.pointer(segments, body), shape, entries)
