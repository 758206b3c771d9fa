"""The rare frames of a synthetic scheduler: worker connections, and the largest objects."""

from __future__ import annotations

import hashlib
from typing import Any

from scaler_monitor.simulate.synthetic_fleet import Fleet
from scaler_monitor.simulate.task_frames import LENGTH_BYTES
from scaler_monitor.wire.schema import load_generation


def worker_frame(fleet: Fleet, generation: int, worker: int, state: str) -> bytes:
    """Return the StateWorker of worker number `worker`, with the YMQ length prefix."""
    message = load_generation(generation).Message.new_message()
    body: Any = message.init("stateWorker")
    body.workerId, body.state = fleet.workers[worker], state
    names = fleet.capabilities_of(worker)
    for row, name in zip(body.init("capabilities", len(names)), names, strict=True):
        row.name, row.value = name, -1
    return _with_length(message)


def object_frame(fleet: Fleet, objects: int = 40) -> bytes:
    """Return a StateObject of generation 2, with the YMQ length prefix."""
    message = load_generation(2).Message.new_message()
    body: Any = message.init("stateObject")
    body.totalObjects = objects
    for number, row in enumerate(body.init("objects", objects)):
        creator, name = fleet.clients[number % len(fleet.clients)], b"table-%02d" % number
        row.objectId = _digest(creator) + _digest(name)
        row.name = name
        row.objectType = "object"
        row.size = (objects - number) << 20
        row.creator = creator
        row.taskCount = number % 5
    return _with_length(message)


def _digest(name: bytes) -> bytes:
    return hashlib.blake2b(name, digest_size=16).digest()


def _with_length(message: Any) -> bytes:
    frame = bytes(message.to_bytes())
    return len(frame).to_bytes(LENGTH_BYTES, "little") + frame
