"""Explain why a task does not run: the conditions for it to run, and whether each is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scaler_monitor.findings.fleet import Fleet, Mask
from scaler_monitor.findings.rules.starved_capability import may_provide
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.wording import join_names, list_names, verb
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.format.durations import format_age


@dataclass(frozen=True, slots=True)
class RunCondition:
    """One condition for the task to run."""

    name: str
    met: Literal["yes", "no", "unknown"]
    text: str
    """The figures behind the answer."""


def why_not_running(
    state: ClusterState, task_id: bytes, thresholds: Thresholds | None = None
) -> tuple[RunCondition, ...]:
    """Return the conditions for a waiting task to run; empty for one that runs, has ended or is unknown."""
    task, columns = state.tasks.get(task_id), state.workers.columns
    if task is None or task.ended is not None or columns is None:
        return ()
    status = state.task_status(task)
    fleet, limits = Fleet(state.workers, columns), thresholds or Thresholds()
    if status == "inactive":
        return _at_scheduler(state, fleet, task)
    if status in ("queued", "sent", "canceling", "balanceCanceling"):
        return _at_worker(state, fleet, task, limits)
    return ()


def _at_scheduler(state: ClusterState, fleet: Fleet, task: Task) -> tuple[RunCondition, ...]:
    needs = None if task.capabilities is None else frozenset(each.name for each in task.capabilities)
    can, unknown = _capable_workers(state, fleet, needs)
    return (
        _capable(fleet, needs, can, unknown),
        _queue_has_slot(fleet, can, unknown),
        _idle(fleet, can, unknown),
        _ahead(state, task),
        *_managers(state, needs),
    )


def _capable_workers(state: ClusterState, fleet: Fleet, needs: frozenset[str] | None) -> tuple[Mask, Mask]:
    """Return masks of the capable workers and of those with unknown capabilities."""
    reported = state.workers.capabilities
    if not needs:
        everyone = np.full(len(fleet), needs is not None)
        return everyone & ~fleet.leaving, ~everyone
    can, unknown = np.zeros(len(fleet), np.bool_), np.zeros(len(fleet), np.bool_)
    for at, name in enumerate(fleet.names):
        capabilities = reported.get(name)
        unknown[at] = capabilities is None
        can[at] = capabilities is not None and needs <= {each.name for each in capabilities}
    return can & ~fleet.leaving, unknown


def _capable(fleet: Fleet, needs: frozenset[str] | None, can: Mask, unknown: Mask) -> RunCondition:
    name = "a worker has what it needs"
    if needs is None:
        return RunCondition(name, "unknown", "this release does not report what tasks need")
    wanted = join_names(needs) or "nothing special"
    capable, some_unknown = int(can.sum()), int(unknown.sum())
    text = f"it needs {wanted}: {capable:,} of {count_with_noun(len(fleet), 'worker')} "
    text += f"{verb(capable, 'has', 'have')} it"
    if some_unknown:
        text += f", it is unknown for {some_unknown:,} (connected before this monitor started)"
    return RunCondition(name, _answer(bool(capable), bool(some_unknown)), text)


def _queue_has_slot(fleet: Fleet, can: Mask, unknown: Mask) -> RunCondition:
    free = fleet.columns.free.astype(np.int64)
    with_slot, known_workers = (
        int(np.count_nonzero(can & (free > 0))),
        int(np.count_nonzero(can & (free >= 0))),
    )
    text = f"{with_slot:,} of {known_workers:,} such workers have a free slot in their queue"
    some_unknown = bool((unknown & (free > 0)).any()) or bool((can & (free < 0)).any())
    return RunCondition("its queue has room", _answer(bool(with_slot), some_unknown), text)


def _idle(fleet: Fleet, can: Mask, unknown: Mask) -> RunCondition:
    capable, with_idle = (
        int(can.sum()),
        int(np.count_nonzero(can & ~fleet.full & (fleet.workers.processor_count > 0))),
    )
    text = f"{with_idle:,} of {capable:,} such workers {verb(with_idle, 'has', 'have')} an idle processor"
    met = _answer(bool(with_idle), bool((unknown & fleet.idle).any()))
    return RunCondition("a processor there is free", met, text)


def _ahead(state: ClusterState, task: Task) -> RunCondition:
    """The scheduler assigns waiting tasks in order: one that cannot be assigned blocks all behind it."""
    name = "no task ahead of it is blocked"
    inactive = state.states.inactive
    ahead = [
        other
        for other in state.tasks.live.values()
        if other.state == "inactive" and (other.changed, other.number) < (task.changed, task.number)
    ]
    known = sum(entry.waiting for entry in state.functions.rows())
    unobserved = max((inactive or 0) - known, 0)
    if not ahead:
        if unobserved or inactive is None:
            return RunCondition(
                name,
                "unknown",
                f"{count_with_noun(unobserved, 'task')} submitted before this monitor started "
                "may be ahead of it",
            )
        return RunCondition(name, "yes", "it is the first in the queue")
    first = ahead[0]
    needs = None if first.capabilities is None else join_names(each.name for each in first.capabilities)
    what = "what it needs is unknown" if needs is None else f"it needs {needs or 'nothing special'}"
    waited = format_age(state.now - first.changed)
    text = (
        f"{count_with_noun(len(ahead) + unobserved, 'task')} ahead; the first has waited for {waited}, {what}"
    )
    return RunCondition(name, "no", text)


def _managers(state: ClusterState, needs: frozenset[str] | None) -> tuple[RunCondition, ...]:
    rows = state.managers.rows
    if not rows:
        return ()
    name = "a manager is about to start such workers"
    pending = {manager: row.pending_workers for manager, row in rows.items()}
    if all(count is None for count in pending.values()):
        return (RunCondition(name, "unknown", "this release does not report pending workers"),)
    may = [manager for manager, row in rows.items() if may_provide(row.capabilities, needs or frozenset())]
    coming = sum(pending[manager] or 0 for manager in may)
    if not may:
        return (
            RunCondition(name, "no", f"none of {count_with_noun(len(rows), 'manager')} names what it needs"),
        )
    text = f"{list_names(may)}: {count_with_noun(coming, 'worker')} pending"
    return (RunCondition(name, "yes" if coming else "no", text),)


def _at_worker(state: ClusterState, fleet: Fleet, task: Task, limits: Thresholds) -> tuple[RunCondition, ...]:
    """Return the conditions for a task that is assigned to a worker."""
    worker = task.worker
    at = None if worker is None else state.workers.index.get(worker)
    if worker is None or at is None:
        text = "it is not known which worker has it" if worker is None else f"{worker} is not in the report"
        return (RunCondition("its worker is connected", "unknown" if worker is None else "no", text),)
    seen = int(fleet.seen_seconds[at])
    heartbeat = RunCondition(
        "its worker sends heartbeats",
        "yes" if seen <= limits.silent_seconds else "no",
        f"the last heartbeat of {worker} was {seen} s ago",
    )
    processors, busy = int(state.workers.processor_count[at]), int(fleet.busy[at])
    free = RunCondition(
        "a processor there is free",
        _answer(busy < processors, not processors),
        f"{busy:,} of its {count_with_noun(processors, 'processor')} {verb(busy, 'has', 'have')} a task",
    )
    queued = int(fleet.queued[at])
    first = RunCondition(
        "no task is ahead of it in the queue",
        "unknown" if queued != 1 else "yes",
        f"{'-' if queued < 0 else f'{queued:,}'} queued there; the order is not reported",
    )
    wanted = RunCondition(
        "it is not being canceled or moved",
        "yes" if task.state == "running" else "no",
        "it is not"
        if task.state == "running"
        else f"it has been in {task.state} for {format_age(state.now - task.changed)}",
    )
    return heartbeat, free, first, wanted


def _answer(met: bool, some_unknown: bool) -> Literal["yes", "no", "unknown"]:
    return "yes" if met else "unknown" if some_unknown else "no"
