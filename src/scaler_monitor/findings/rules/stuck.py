"""Tasks that are asked back from their workers, by a client or by the balancer, and never come."""

from __future__ import annotations

from collections import Counter

from scaler_monitor.findings.compare import what_differs
from scaler_monitor.findings.populations import task_names
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.sign import Cause, Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import age_of, count_of, verb

WORDS = {
    "canceling": ("canceling", "whose cancelling was asked for"),
    "balanceCanceling": ("balance_canceling", "that the balancer wants to move"),
}
"""By state: its sample, and what is told of such tasks."""

ONE_WORKER_SHARE = 0.8
"""From here on the worker that holds so many of them is to blame."""


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(
        begin_seconds=thresholds.stuck_hold_seconds, begin_reports=2, clear_seconds=thresholds.clear_seconds
    )


def _signs(view: View, state: str) -> list[Sign]:
    sample, words = WORDS[state]
    seconds = view.thresholds.stuck_seconds
    reported = (view.state.states.reported or {}).get(state)
    if reported == 0:
        return []
    held = view.recent.dwelling.longer(state, seconds, view.now)
    native = _still_at_it(view, [task_id for task_id, _ in held])
    held = [pair for pair in held if pair[0] not in native]
    count, since = len(held), min((began for _, began in held), default=view.now - seconds)
    if not count:
        unheard = _unheard(view, state, sample)
        if not unheard:
            return []
        count = unheard
    tasks = [task for task in (view.state.tasks.get(task_id) for task_id, _ in held) if task is not None]
    on = Counter(task.worker for task in tasks if task.worker)
    worker, most = on.most_common(1)[0] if on else (None, 0)
    causes: set[Cause] = {("state", state)}
    kind, subject, where = "scheduler", "", ""
    if worker is not None and most >= ONE_WORKER_SHARE * count:
        causes.add(("worker", worker))
        kind, subject, where = "worker", worker, f", {most:,} of them at worker {worker}"
    elif worker is not None:
        where = f", at {count_of(len(on), 'worker')}"
    return [
        Sign(
            key=state,
            severity="warning",
            subject_kind=kind,
            subject=subject,
            text=f"{count_of(count, 'task')} {words} {verb(count, 'is', 'are')} in {state} for over "
            f"{age_of(view.now - since)}{where}",
            advice="Such a task waits for its worker's answer: see whether that worker still speaks, and "
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
            compare=lambda: what_differs(
                task_names(view, tasks),
                task_names(view, (task for task in view.state.tasks.live.values() if task.state != state)),
                "that are stuck",
            ),
        )
    ]


def _unheard(view: View, state: str, sample: str) -> int:
    """Tasks in a state that came into it before this monitor watched, where their number has not fallen."""
    reported = (view.state.states.reported or {}).get(state, 0)
    unheard = reported - view.recent.dwelling.count(state)
    lowest = view.recent.samples.lowest(sample, view.thresholds.stuck_seconds)
    if lowest is None or unheard <= 0 or reported > lowest:
        return 0  # some have left since, so that others may
    times, counts = view.recent.samples.last(sample, view.thresholds.stuck_seconds)
    return unheard if len(times) and counts[0] <= reported else 0


def _still_at_it(view: View, tasks: list[bytes]) -> set[bytes]:
    """Those on a processor for no longer than their function may take: native code is not interrupted."""
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


def _cancel(view: View, _: frozenset[str]) -> list[Sign]:
    return _signs(view, "canceling")


def _balance(view: View, _: frozenset[str]) -> list[Sign]:
    return _signs(view, "balanceCanceling")


CANCEL = Rule("stuck_cancel", _cancel, _hold)
BALANCE = Rule("stuck_balance", _balance, _hold)
