"""Tasks whose cancellation, by a client or by the balancer, is not completed."""

from __future__ import annotations

from collections import Counter

from scaler_monitor.findings.attributes import task_attributes
from scaler_monitor.findings.compare import find_differences
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Cause, Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import verb
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.format.durations import format_age

DESCRIPTIONS = {
    "canceling": ("canceling", "being canceled"),
    "balanceCanceling": ("balance_canceling", "being moved by the balancer"),
}
"""By state: the name of its sample, and the words for such tasks."""

ONE_WORKER_SHARE = 0.8
"""Share of the tasks at one worker from which that worker is the subject."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(
        begin_seconds=thresholds.stuck_hold_seconds, begin_reports=2, clear_seconds=thresholds.clear_seconds
    )


def _symptoms(view: View, state: str) -> list[Symptom]:
    sample, words = DESCRIPTIONS[state]
    seconds = view.thresholds.stuck_seconds
    reported = (view.state.states.reported or {}).get(state)
    if reported == 0:
        return []
    overdue = view.history.canceling.longer_than(state, seconds, view.now)
    running_native = _running_native_code(view, [task_id for task_id, _ in overdue])
    overdue = [pair for pair in overdue if pair[0] not in running_native]
    count, since = len(overdue), min((began for _, began in overdue), default=view.now - seconds)
    if not count:
        unobserved = _unobserved(view, state, sample)
        if not unobserved:
            return []
        count = unobserved
    tasks = [task for task in (view.state.tasks.get(task_id) for task_id, _ in overdue) if task is not None]
    on = Counter(task.worker for task in tasks if task.worker)
    worker, most = on.most_common(1)[0] if on else (None, 0)
    causes: set[Cause] = {("state", state)}
    kind, subject, where = "scheduler", "", ""
    if worker is not None and most >= ONE_WORKER_SHARE * count:
        causes.add(("worker", worker))
        kind, subject, where = "worker", worker, f", {most:,} of them at worker {worker}"
    elif worker is not None:
        where = f", at {count_with_noun(len(on), 'worker')}"
    return [
        Symptom(
            key=state,
            severity="warning",
            subject_kind=kind,
            subject=subject,
            text=f"{count_with_noun(count, 'task')} {words} {verb(count, 'has', 'have')} been in {state} "
            f"for over {format_age(view.now - since)}{where}",
            advice="Such a task waits for a reply of its worker: check the heartbeats of that worker and "
            "what it runs.",
            evidence={
                "tasks": count,
                "counted_in_state": "unknown" if reported is None else reported,
                "longest_seconds": round(view.now - since),
                "workers": len(on),
            },
            causes=frozenset(causes),
            specific=3.0,
            weight=count,
            since=since,
            compare=lambda: find_differences(
                task_attributes(view, tasks),
                task_attributes(
                    view, (task for task in view.state.tasks.live.values() if task.state != state)
                ),
                "that are stuck",
            ),
        )
    ]


def _unobserved(view: View, state: str, sample: str) -> int:
    """Return how many tasks entered a state before this monitor started; 0 if some have left since."""
    reported = (view.state.states.reported or {}).get(state, 0)
    unobserved = reported - view.history.canceling.count(state)
    lowest = view.history.samples.lowest(sample, view.thresholds.stuck_seconds)
    if lowest is None or unobserved <= 0 or reported > lowest:
        return 0  # some have left since: others may follow
    times, counts = view.history.samples.last(sample, view.thresholds.stuck_seconds)
    return unobserved if len(times) and counts[0] <= reported else 0


def _running_native_code(view: View, tasks: list[bytes]) -> set[bytes]:
    """Return the tasks on a processor within the longest duration of their function: native code cannot be
    interrupted."""
    on, ages = view.state.workers.on_processor, view.state.workers.task_age_seconds
    found = set()
    for task_id in tasks:
        at, task = on.get(task_id), view.state.tasks.get(task_id)
        if at is None or ages is None or task is None or not task.function:
            continue
        entry = view.state.functions.get(task.function)
        if entry is not None and entry.durations.count and ages[at] <= entry.durations.longest:
            found.add(task_id)
    return found


def _cancel(view: View, _: frozenset[str]) -> list[Symptom]:
    return _symptoms(view, "canceling")


def _balance(view: View, _: frozenset[str]) -> list[Symptom]:
    return _symptoms(view, "balanceCanceling")


CANCEL = Rule("stuck_cancel", _cancel, _hold)
BALANCE = Rule("stuck_balance", _balance, _hold)
