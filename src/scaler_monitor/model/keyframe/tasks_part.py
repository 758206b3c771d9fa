"""Keyframe part: records of all open and the newest ended tasks."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from itertools import islice
from typing import Any

from scaler_monitor.model.clients import ClientTally
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import TaskOnProcessor
from scaler_monitor.model.functions import Function
from scaler_monitor.model.keyframe.bad_keyframe import BadKeyframe
from scaler_monitor.model.keyframe.events_part import NEWEST_EVENTS
from scaler_monitor.model.keyframe.keyframe_reader import KeyframeReader, known
from scaler_monitor.model.keyframe.keyframe_writer import COUNT, KeyframeWriter
from scaler_monitor.model.keyframe.record_columns import read_column, write_column
from scaler_monitor.model.tasks import NEWEST_ENDED, Task, Tasks
from scaler_monitor.wire.event import Capability, Profile, StateGraphTask, StateTask

NEWEST_SEEN = 100
"""Number of records with the latest `first_seen` that are written, open or ended."""

_NO_ENTRY, _OTHER_ENTRY = 0, 1

_COLUMNS: dict[str, object] = {
    "id": bytes,
    "number": int,
    "function": str | None,
    "client": str | None,
    "worker": str | None,
    "capabilities": tuple[Capability, ...] | None,
    "state": str,
    "event": str | None,
    "attempts": int,
    "first_seen": float,
    "changed": float,
    "sent": float | None,
    "started": float | None,
    "ended": float | None,
    "profile": Profile | None,
    "object_bytes": int | None,
}


def write_tasks(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the records."""
    tasks = state.tasks
    ended = _newest_ended(tasks)
    kept = _kept(state, ended)
    place = {task.id: at for at, task in enumerate(kept)}
    out.scalar("tasks" + COUNT, len(kept))
    for name, hint in _COLUMNS.items():
        write_column(out, f"tasks.{name}", hint, [getattr(task, name) for task in kept])
    functions, clients = state.functions, state.clients
    out.integers("tasks.entry", _entries([task.function_entry for task in kept], functions.entries.values()))
    out.integers("tasks.tally", _entries([task.tally for task in kept], clients.tallies.values()))
    out.integers("tasks.live", [place[task_id] for task_id in tasks.live])
    newest = {task.id for task in ended}
    earlier = [task for task in kept if task.ended is not None and task.id not in newest]
    earlier.sort(key=lambda task: task.ended or 0.0)
    out.integers("tasks.ends", [place[task.id] for task in (*earlier, *ended)])
    for name in ("evicted", "evicted_open", "made"):
        out.scalar(f"tasks.{name}", getattr(tasks, name))
    out.scalar("tasks.left", tasks._left)
    out.integers("tasks.charged", [memory for memory, _ in tasks._memory_blocks])
    out.integers("tasks.charged.made", [made for _, made in tasks._memory_blocks])


def _newest_ended(tasks: Tasks) -> list[Task]:
    """Return the newest ended records, in order of their ends."""
    newest = (task for task in reversed(tasks.ended) if tasks.records.get(task.id) is task)
    found = list(islice(newest, NEWEST_ENDED))
    return found[::-1]


def _kept(state: ClusterState, ended: Sequence[Task]) -> list[Task]:
    """Return the records to write, in order of `first_seen`."""
    records = state.tasks.records
    wanted = {task.id for task in ended} | set(state.tasks.live) | set(state.workers.on_processor)
    wanted.update(islice(reversed(records), NEWEST_SEEN))
    for event in islice(reversed(state.events.entries), NEWEST_EVENTS):
        if isinstance(event, StateTask | StateGraphTask | TaskOnProcessor):
            wanted.add(event.task_id)
    if len(wanted) < len(records) // 4:
        return sorted((records[one] for one in wanted if one in records), key=lambda task: task.number)
    return [task for task_id, task in records.items() if task_id in wanted]


def _entries(counted: Sequence[Function | ClientTally | None], entries: Any) -> list[int]:
    """Return the number of the entry that counts each task: none, the one for others, or one of `entries`."""
    place = {one.number: at for at, one in enumerate(entries, 2)}
    return [_NO_ENTRY if one is None else place.get(one.number, _OTHER_ENTRY) for one in counted]


def read_tasks(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the records, after functions and clients; raises BadKeyframe."""
    tasks = state.tasks
    count = data.integer("tasks" + COUNT)
    if count > tasks.limit:
        raise BadKeyframe(f"{count} tasks")
    kept = [Task.__new__(Task) for _ in range(count)]
    for name, hint in _COLUMNS.items():
        for task, value in zip(kept, read_column(data, f"tasks.{name}", hint, count), strict=True):
            setattr(task, name, value)
    entries = [None, state.functions.other, *state.functions.entries.values()]
    tallies = [None, state.clients.other, *state.clients.tallies.values()]
    counted = known(data.integers("tasks.entry", count)), known(data.integers("tasks.tally", count))
    for task, entry, tally in zip(kept, *counted, strict=True):
        task.epoch = tasks.epoch
        task.function_entry, task.tally = entries[entry], tallies[tally]
    tasks.records = {task.id: task for task in kept}
    live = [kept[at] for at in known(data.integers("tasks.live"))]
    ends = [kept[at] for at in known(data.integers("tasks.ends"))]
    tasks.live = OrderedDict((task.id, task) for task in live)
    tasks.ended = deque(ends)
    if not (
        len(tasks.records) == count == len(live) + len(ends)
        and len(tasks.live) == len(live)
        and all(task.ended is None and task.function_entry is not None for task in live)
        and all(task.ended is not None for task in ends)
    ):
        raise BadKeyframe("tasks do not add up")
    for name in ("evicted", "evicted_open", "made"):
        setattr(tasks, name, data.integer(f"tasks.{name}"))
    tasks._left = data.integer("tasks.left")
    memory = known(data.integers("tasks.charged"))
    tasks._memory_blocks = deque(
        zip(memory, known(data.integers("tasks.charged.made", len(memory))), strict=True)
    )
    tasks._memory = sum(memory)
