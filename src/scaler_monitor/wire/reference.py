"""The reference reader: decodes any frame of any release with pycapnp. The fast readers must agree with
it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

import capnp

from scaler_monitor.wire.capabilities import Capabilities
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.event import (
    Event,
    ObjectDetail,
    StateBalanceAdvice,
    StateClient,
    StateGraphTask,
    StateObject,
    StateTask,
    StateWorker,
)
from scaler_monitor.wire.fields import read_profile, state_name
from scaler_monitor.wire.frame_header import open_message
from scaler_monitor.wire.frame_limits import LIST_IDS
from scaler_monitor.wire.frame_limits import OBJECTS as MOST_OBJECTS
from scaler_monitor.wire.generation import Generation, Member, is_early, layout_of
from scaler_monitor.wire.list_kinds import CAPABILITIES, OBJECTS, ListKind
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.reference_scheduler import read_scheduler
from scaler_monitor.wire.reference_text import read_text
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.segments import Segments, StructRef, UnusualLayout
from scaler_monitor.wire.struct_layout import Layout
from scaler_monitor.wire.text import Clean, clean

_CAPNP_FAILURES = (capnp.KjException, AttributeError, RuntimeError, ValueError)
_OBJECT_KINDS = ("serializer", "object")
_NODE_KINDS = ("normal", "target")
_WORKER_STATES = ("connected", "disconnected")
_MAX_NESTING = 32
_TRAVERSAL_FACTOR = 4
"""Traversal limit of pycapnp, in frame sizes: each list is read more than once."""


class _Message(NamedTuple):
    """A message to decode: its struct, its layout, and the cache of names, ids and lists."""

    segments: Segments
    body: StructRef
    layout: Layout
    cache: DecodeCache

    @property
    def name(self) -> Clean:
        """The function that makes names safe to print."""
        return self.cache.names.clean

    def has(self, field: str) -> bool:
        """Return whether the release that wrote the message has a field."""
        return self.layout.has(field, self.body.shape)


def read_event(
    frame: bytes,
    generation: Generation,
    member: Member,
    cache: DecodeCache | None = None,
) -> Event:
    """Return the event of a frame whose generation and message type are known. Raises MalformedFrame."""
    cache = cache or DecodeCache()
    _, body, segments = open_message(frame)
    layout = layout_of(generation, member, body.shape)
    schema = load_generation(generation)
    message = schema.EarlyMessage if is_early(generation, member, body.shape) else schema.Message
    whole = frame[: segments.ends[-1] * 8]
    try:
        with message.from_bytes(
            whole,
            traversal_limit_in_words=_TRAVERSAL_FACTOR * len(whole) // 8 + 1024,
            nesting_limit=_MAX_NESTING,
        ) as message_root:
            if member == "stateScheduler":
                return read_scheduler(message_root.stateScheduler, segments, body, layout, cache)
            message_ref = _Message(segments, body, layout, cache)
            return _READERS[member](getattr(message_root, member), message_ref)
    except UnusualLayout as error:
        raise MalformedFrame(f"{member}: {error}") from None
    except _CAPNP_FAILURES as error:
        raise MalformedFrame(f"{member}: {_one_line(error)}") from None


def _one_line(error: Exception) -> str:
    return clean(str(error).split("\n", 1)[0])[:200]


def _name(number: int, names: tuple[str, ...]) -> str:
    return names[number] if number < len(names) else f"kind<{number}>"


def _check_list(message_ref: _Message, field: str, kind: ListKind) -> None:
    """Check a list of structs before pycapnp reads it."""
    found = message_ref.segments.structs(message_ref.body, message_ref.layout.pointer(field))
    if found is not None:
        message_ref.segments.check_list(kind, found.length, found.shape)


def _capabilities(message: Any, message_ref: _Message) -> Capabilities | None:
    if not message_ref.has("capabilities"):
        return None
    _check_list(message_ref, "capabilities", CAPABILITIES)
    items = message.capabilities
    pairs = ((message_ref.name(read_text(item, "name")), item.value) for item in items)
    return message_ref.cache.lists.make(pairs, len(items))


def _ids(items: Any, message_ref: _Message) -> tuple[tuple[bytes, ...], int]:
    """Return the first LIST_IDS ids of a list, and the number of the others."""
    count = min(len(items), LIST_IDS)
    return tuple(message_ref.cache.ids(items[index]) for index in range(count)), len(items) - count


def _task(task: Any, message_ref: _Message) -> StateTask:
    name = message_ref.name
    return StateTask(
        task_id=message_ref.cache.ids(task.taskId),
        function=name(task.functionName),
        state=state_name(task.state.raw),
        worker=name(task.worker),
        capabilities=_capabilities(task, message_ref),
        profile=read_profile(task.metadata),
        object_bytes=task.objectBytes if message_ref.has("objectBytes") else None,
        client=name(task.client) if message_ref.has("client") else None,
        event=name(read_text(task, "event")) if message_ref.has("event") else None,
    )


def _worker(worker: Any, message_ref: _Message) -> StateWorker:
    name = message_ref.name
    if "message" in message_ref.layout.fields:
        state = name(worker.message)
        return StateWorker(name(worker.workerId), state if state in _WORKER_STATES else None, None)
    return StateWorker(
        name(worker.workerId),
        _name(worker.state.raw, _WORKER_STATES),
        _capabilities(worker, message_ref),
    )


def _object(report: Any, message_ref: _Message) -> StateObject:
    if not message_ref.has("objects"):
        return StateObject((), 0)
    _check_list(message_ref, "objects", OBJECTS)
    name = message_ref.name
    return StateObject(
        tuple(
            ObjectDetail(
                object_id=message_ref.cache.ids(item.objectId),
                name=name(item.name),
                kind=_name(item.objectType.raw, _OBJECT_KINDS),
                size_bytes=item.size,
                creator=name(item.creator),
                tasks=item.taskCount,
            )
            for item in islice(report.objects, MOST_OBJECTS)
        ),
        report.totalObjects,
    )


def _balance_advice(advice: Any, message_ref: _Message) -> StateBalanceAdvice:
    return StateBalanceAdvice(message_ref.name(advice.workerId), *_ids(advice.taskIds, message_ref))


def _graph_task(node: Any, message_ref: _Message) -> StateGraphTask:
    return StateGraphTask(
        message_ref.cache.ids(node.graphTaskId),
        message_ref.cache.ids(node.taskId),
        _name(node.nodeTaskType.raw, _NODE_KINDS),
        *_ids(node.parentTaskIds, message_ref),
    )


def _client(_client: Any, _: _Message) -> StateClient:
    return StateClient()


_READERS: dict[Member, Callable[[Any, _Message], Event]] = {
    "stateTask": _task,
    "stateWorker": _worker,
    "stateObject": _object,
    "stateBalanceAdvice": _balance_advice,
    "stateGraphTask": _graph_task,
    "stateClient": _client,
}
