"""Any frame of any release to its event, through pycapnp: the measure of the faster readers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

import capnp

from scaler_monitor.wire.capabilities import Capabilities
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
from scaler_monitor.wire.generation import Generation, Member, is_early, layout_of
from scaler_monitor.wire.head import open_message
from scaler_monitor.wire.kept import Kept
from scaler_monitor.wire.layout import Layout
from scaler_monitor.wire.limits import LIST_IDS
from scaler_monitor.wire.limits import OBJECTS as MOST_OBJECTS
from scaler_monitor.wire.listed import CAPABILITIES, OBJECTS, ListKind
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.reference_scheduler import read_scheduler
from scaler_monitor.wire.reference_text import read_text
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.segments import OddLayout, Segments, Span
from scaler_monitor.wire.text import Clean, clean

_CAPNP_FAILURES = (capnp.KjException, AttributeError, RuntimeError, ValueError)
_OBJECT_KINDS = ("serializer", "object")
_NODE_KINDS = ("normal", "target")
_WORKER_STATES = ("connected", "disconnected")
_NESTING_AT_MOST = 32
_READ_TIMES = 4
"""How often pycapnp may read as many words as a frame has: each list is looked at more than once."""


class _Message(NamedTuple):
    """A message to be read: where its struct lies, and what makes its names, ids and lists."""

    segments: Segments
    body: Span
    layout: Layout
    kept: Kept

    @property
    def name(self) -> Clean:
        """Makes names safe to print."""
        return self.kept.names.clean

    def has(self, field: str) -> bool:
        """Tell whether the release that wrote the message has a field."""
        return self.layout.has(field, self.body.shape)


def read_event(
    frame: bytes,
    generation: Generation,
    member: Member,
    kept: Kept | None = None,
) -> Event:
    """Return the event of a frame whose generation and member are known. Raises MalformedFrame.

    `kept` makes names, ids and lists of capabilities, and keeps some of them.
    """
    kept = kept or Kept()
    _, body, segments = open_message(frame)
    layout = layout_of(generation, member, body.shape)
    schema = load_generation(generation)
    message = schema.EarlyMessage if is_early(generation, member, body.shape) else schema.Message
    whole = frame[: segments.ends[-1] * 8]
    try:
        with message.from_bytes(
            whole,
            traversal_limit_in_words=_READ_TIMES * len(whole) // 8 + 1024,
            nesting_limit=_NESTING_AT_MOST,
        ) as message_root:
            if member == "stateScheduler":
                return read_scheduler(message_root.stateScheduler, segments, body, layout, kept)
            told = _Message(segments, body, layout, kept)
            return _READERS[member](getattr(message_root, member), told)
    except OddLayout as error:
        raise MalformedFrame(f"{member}: {error}") from None
    except _CAPNP_FAILURES as error:
        raise MalformedFrame(f"{member}: {_one_line(error)}") from None


def _one_line(error: Exception) -> str:
    return clean(str(error).split("\n", 1)[0])[:200]


def _name(number: int, names: tuple[str, ...]) -> str:
    return names[number] if number < len(names) else f"kind<{number}>"


def _admit(told: _Message, field: str, kind: ListKind) -> None:
    """Look at a list of structs before it is read."""
    found = told.segments.structs(told.body, told.layout.pointer(field))
    if found is not None:
        told.segments.admit(kind, found.length, found.shape)


def _capabilities(message: Any, told: _Message) -> Capabilities | None:
    if not told.has("capabilities"):
        return None
    _admit(told, "capabilities", CAPABILITIES)
    items = message.capabilities
    pairs = ((told.name(read_text(item, "name")), item.value) for item in items)
    return told.kept.lists.make(pairs, len(items))


def _ids(items: Any, told: _Message) -> tuple[tuple[bytes, ...], int]:
    """Return the first ids of a list, and how many there are more."""
    kept = min(len(items), LIST_IDS)
    return tuple(told.kept.ids(items[index]) for index in range(kept)), len(items) - kept


def _task(task: Any, told: _Message) -> StateTask:
    name = told.name
    return StateTask(
        task_id=told.kept.ids(task.taskId),
        function=name(task.functionName),
        state=state_name(task.state.raw),
        worker=name(task.worker),
        capabilities=_capabilities(task, told),
        profile=read_profile(task.metadata),
        object_bytes=task.objectBytes if told.has("objectBytes") else None,
        client=name(task.client) if told.has("client") else None,
        event=name(read_text(task, "event")) if told.has("event") else None,
    )


def _worker(worker: Any, told: _Message) -> StateWorker:
    name = told.name
    if "message" in told.layout.fields:
        said = name(worker.message)
        return StateWorker(name(worker.workerId), said if said in _WORKER_STATES else None, None)
    return StateWorker(
        name(worker.workerId),
        _name(worker.state.raw, _WORKER_STATES),
        _capabilities(worker, told),
    )


def _object(report: Any, told: _Message) -> StateObject:
    if not told.has("objects"):
        return StateObject((), 0)
    _admit(told, "objects", OBJECTS)
    name = told.name
    return StateObject(
        tuple(
            ObjectDetail(
                object_id=told.kept.ids(item.objectId),
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


def _balance_advice(advice: Any, told: _Message) -> StateBalanceAdvice:
    return StateBalanceAdvice(told.name(advice.workerId), *_ids(advice.taskIds, told))


def _graph_task(node: Any, told: _Message) -> StateGraphTask:
    return StateGraphTask(
        told.kept.ids(node.graphTaskId),
        told.kept.ids(node.taskId),
        _name(node.nodeTaskType.raw, _NODE_KINDS),
        *_ids(node.parentTaskIds, told),
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
