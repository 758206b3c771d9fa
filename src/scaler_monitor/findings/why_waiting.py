"""Why a task does not run: what must hold for it to run, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scaler_monitor.findings.fleet import Fleet, Mask
from scaler_monitor.findings.rules.starved_capability import may_bring
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.wording import age_of, count_of, names_of, needs_of, verb
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that must hold."""

    name: str
    holds: Literal["yes", "no", "unknown"]
    text: str
    """The figures that say so."""


def why_not_running(
    state: ClusterState, task_id: bytes, thresholds: Thresholds | None = None
) -> tuple[Constraint, ...]:
    """Return what must hold for a task that waits to run; nothing for one that runs, ended or is unknown."""
    task, columns = state.tasks.get(task_id), state.workers.columns
    if task is None or task.ended is not None or columns is None:
        return ()
    standing = state.task_status(task)
    fleet, limits = Fleet(state.workers, columns), thresholds or Thresholds()
    if standing == "inactive":
        return _at_scheduler(state, fleet, task)
    if standing in ("queued", "sent", "canceling", "balanceCanceling"):
        return _at_worker(state, fleet, task, limits)
    return ()


def _at_scheduler(state: ClusterState, fleet: Fleet, task: Task) -> tuple[Constraint, ...]:
    needs = None if task.capabilities is None else frozenset(each.name for each in task.capabilities)
    can, unknown = _able(state, fleet, needs)
    return (
        _capable(fleet, needs, can, unknown),
        _room(fleet, can, unknown),
        _idle(fleet, can, unknown),
        _ahead(state, task),
        *_managers(state, needs),
    )


def _able(state: ClusterState, fleet: Fleet, needs: frozenset[str] | None) -> tuple[Mask, Mask]:
    """Return the workers that can do it, and those of which that is not known."""
    said = state.workers.capabilities
    if not needs:
        everyone = np.full(len(fleet), needs is not None)
        return everyone & ~fleet.leaving, ~everyone
    can, unknown = np.zeros(len(fleet), np.bool_), np.zeros(len(fleet), np.bool_)
    for at, name in enumerate(fleet.names):
        capabilities = said.get(name)
        unknown[at] = capabilities is None
        can[at] = capabilities is not None and needs <= {each.name for each in capabilities}
    return can & ~fleet.leaving, unknown


def _capable(fleet: Fleet, needs: frozenset[str] | None, can: Mask, unknown: Mask) -> Constraint:
    name = "a worker has what it needs"
    if needs is None:
        return Constraint(name, "unknown", "this release does not say what tasks need")
    wanted = needs_of(needs) or "nothing special"
    able, untold = int(can.sum()), int(unknown.sum())
    text = f"it needs {wanted}: {able:,} of {count_of(len(fleet), 'worker')} {verb(able, 'has', 'have')} it"
    if untold:
        text += f", of {untold:,} it is unknown (they connected before this monitor watched)"
    return Constraint(name, _three(bool(able), bool(untold)), text)


def _room(fleet: Fleet, can: Mask, unknown: Mask) -> Constraint:
    free = fleet.columns.free.astype(np.int64)
    room, told = int(np.count_nonzero(can & (free > 0))), int(np.count_nonzero(can & (free >= 0)))
    text = f"{room:,} of {told:,} such workers have a free place in their queue"
    untold = bool((unknown & (free > 0)).any()) or bool((can & (free < 0)).any())
    return Constraint("its queue has room", _three(bool(room), untold), text)


def _idle(fleet: Fleet, can: Mask, unknown: Mask) -> Constraint:
    able, some = (
        int(can.sum()),
        int(np.count_nonzero(can & ~fleet.full & (fleet.workers.processor_count > 0))),
    )
    text = f"{some:,} of {able:,} such workers {verb(some, 'has', 'have')} a processor without a task"
    holds = _three(bool(some), bool((unknown & fleet.idle).any()))
    return Constraint("a processor there is free", holds, text)


def _ahead(state: ClusterState, task: Task) -> Constraint:
    """The scheduler gives out waiting tasks in order: one that cannot be placed holds up all behind it."""
    name = "no task ahead of it is held up"
    inactive = state.states.inactive
    ahead = [
        other
        for other in state.tasks.live.values()
        if other.state == "inactive" and (other.changed, other.number) < (task.changed, task.number)
    ]
    known = sum(entry.waiting for entry in state.functions.rows())
    unheard = max((inactive or 0) - known, 0)
    if not ahead:
        if unheard or inactive is None:
            return Constraint(
                name, "unknown", f"{count_of(unheard, 'task')} of an earlier time may be ahead of it"
            )
        return Constraint(name, "yes", "it is the first that waits")
    first = ahead[0]
    needs = None if first.capabilities is None else needs_of(each.name for each in first.capabilities)
    what = "what it needs is unknown" if needs is None else f"it needs {needs or 'nothing special'}"
    waited = age_of(state.now - first.changed)
    text = f"{count_of(len(ahead) + unheard, 'task')} ahead; the first waits for {waited}, {what}"
    return Constraint(name, "no", text)


def _managers(state: ClusterState, needs: frozenset[str] | None) -> tuple[Constraint, ...]:
    rows = state.managers.rows
    if not rows:
        return ()
    name = "a manager is to bring such workers"
    pending = {manager: row.pending_workers for manager, row in rows.items()}
    if all(count is None for count in pending.values()):
        return (Constraint(name, "unknown", "this release does not tell which workers are pending"),)
    may = [manager for manager, row in rows.items() if may_bring(row.capabilities, needs or frozenset())]
    coming = sum(pending[manager] or 0 for manager in may)
    if not may:
        return (Constraint(name, "no", f"none of {count_of(len(rows), 'manager')} names what it needs"),)
    text = f"{names_of(may)}: {count_of(coming, 'worker')} pending"
    return (Constraint(name, "yes" if coming else "no", text),)


def _at_worker(state: ClusterState, fleet: Fleet, task: Task, limits: Thresholds) -> tuple[Constraint, ...]:
    """What must hold once a worker has it."""
    worker = task.worker
    at = None if worker is None else state.workers.index.get(worker)
    if worker is None or at is None:
        text = "it is not known which worker has it" if worker is None else f"{worker} is in no report"
        return (Constraint("its worker is there", "unknown" if worker is None else "no", text),)
    seen = int(fleet.seen_seconds[at])
    speaks = Constraint(
        "its worker speaks",
        "yes" if seen <= limits.silent_seconds else "no",
        f"{worker} was last heard of {seen} s ago",
    )
    processors, busy = int(state.workers.processor_count[at]), int(fleet.busy[at])
    free = Constraint(
        "a processor there is free",
        _three(busy < processors, not processors),
        f"{busy:,} of its {count_of(processors, 'processor')} {verb(busy, 'has', 'have')} a task",
    )
    queued = int(fleet.queued[at])
    first = Constraint(
        "no task is ahead of it in the queue",
        "unknown" if queued != 1 else "yes",
        f"{'-' if queued < 0 else f'{queued:,}'} queue there; in which order is not told",
    )
    wanted = Constraint(
        "nobody asks for it back",
        "yes" if task.state == "running" else "no",
        "nobody does"
        if task.state == "running"
        else f"it is in {task.state} for {age_of(state.now - task.changed)}",
    )
    return speaks, free, first, wanted


def _three(holds: bool, untold: bool) -> Literal["yes", "no", "unknown"]:
    return "yes" if holds else "unknown" if untold else "no"
