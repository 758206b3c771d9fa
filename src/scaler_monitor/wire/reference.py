"""Any frame of any release to its event, through pycapnp: the measure of the faster readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import capnp

from scaler_monitor.wire.event import (
    Capability,
    Event,
    ObjectDetail,
    StateBalanceAdvice,
    StateClient,
    StateGraphTask,
    StateObject,
    StateTask,
    StateWorker,
)
from scaler_monitor.wire.fields import read_capabilities, read_profile, state_name
from scaler_monitor.wire.generation import EARLY_TASK, EARLY_WORKER, Generation, Member
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.reference_scheduler import read_scheduler
from scaler_monitor.wire.reference_text import read_text
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.segments import Segments, Span, has_fields
from scaler_monitor.wire.text import Clean, clean

_CAPNP_FAILURES = (capnp.KjException, AttributeError, RuntimeError, ValueError)
_OBJECT_KINDS = ("serializer", "object")
_NODE_KINDS = ("normal", "target")
_WORKER_STATES = ("connected", "disconnected")
_NESTING_AT_MOST = 32


def read_event(frame: bytes, generation: Generation, member: Member, name: Clean = clean) -> Event:
    """Return the event of a frame whose generation and member are known. Raises MalformedFrame.

    `name` makes the names of what is kept by the thousand safe to print; reports' names go with the report.
    """
    segments = Segments(frame)
    root = segments.root()
    body = segments.member(root, 0) or Span(root.at, root.segment, 0, 0)
    early = body.shape == (EARLY_TASK if member == "stateTask" else EARLY_WORKER)
    schema = load_generation(generation)
    message = schema.EarlyMessage if generation == 1 and early else schema.Message
    whole = frame[: segments.ends[-1] * 8]
    try:
        with message.from_bytes(
            whole, traversal_limit_in_words=2 * len(whole) + 1024, nesting_limit=_NESTING_AT_MOST
        ) as message_root:
            if member == "stateScheduler":
                return read_scheduler(message_root.stateScheduler, segments, body)
            return _READERS[member](getattr(message_root, member), body, name)
    except _CAPNP_FAILURES as error:
        raise MalformedFrame(f"{member}: {_one_line(error)}") from None


def _one_line(error: Exception) -> str:
    return clean(str(error).split("\n", 1)[0])[:200]


def _name(number: int, names: tuple[str, ...]) -> str:
    return names[number] if number < len(names) else f"kind<{number}>"


def _capabilities(items: Any, name: Clean) -> tuple[Capability, ...] | None:
    return read_capabilities((name(read_text(item, "name")), item.value) for item in items)


def _task(task: Any, body: Span, name: Clean) -> StateTask:
    early = body.shape == EARLY_TASK
    from_2_9 = has_fields(body.shape, 2, 7)
    return StateTask(
        task_id=task.taskId,
        function=name(task.functionName),
        state=state_name(task.state.raw),
        worker=name(task.worker),
        capabilities=None if early else _capabilities(task.capabilities, name),
        profile=read_profile(task.metadata),
        object_bytes=task.objectBytes if from_2_9 else None,
        client=name(task.client) if from_2_9 else None,
        event=name(read_text(task, "event")) if from_2_9 else None,
    )


def _worker(worker: Any, body: Span, name: Clean) -> StateWorker:
    if body.shape == EARLY_WORKER:
        said = name(worker.message)
        return StateWorker(name(worker.workerId), said if said in _WORKER_STATES else None, None)
    return StateWorker(
        name(worker.workerId),
        _name(worker.state.raw, _WORKER_STATES),
        _capabilities(worker.capabilities, name),
    )


def _object(report: Any, body: Span, name: Clean) -> StateObject:
    if "objects" not in report.schema.fieldnames or body.shape == (0, 0):
        return StateObject((), 0)
    return StateObject(
        tuple(
            ObjectDetail(
                object_id=item.objectId,
                name=name(item.name),
                kind=_name(item.objectType.raw, _OBJECT_KINDS),
                size_bytes=item.size,
                creator=name(item.creator),
                tasks=item.taskCount,
            )
            for item in report.objects
        ),
        report.totalObjects,
    )


def _balance_advice(advice: Any, _body: Span, name: Clean) -> StateBalanceAdvice:
    return StateBalanceAdvice(name(advice.workerId), tuple(advice.taskIds))


def _graph_task(node: Any, _body: Span, _: Clean) -> StateGraphTask:
    return StateGraphTask(
        node.graphTaskId, node.taskId, _name(node.nodeTaskType.raw, _NODE_KINDS), tuple(node.parentTaskIds)
    )


def _client(_client: Any, _body: Span, _: Clean) -> StateClient:
    return StateClient()


_READERS: dict[Member, Callable[[Any, Span, Clean], Event]] = {
    "stateTask": _task,
    "stateWorker": _worker,
    "stateObject": _object,
    "stateBalanceAdvice": _balance_advice,
    "stateGraphTask": _graph_task,
    "stateClient": _client,
}
