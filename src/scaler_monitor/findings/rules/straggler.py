"""Tasks that run much longer than usual for their function: those counted by `tasks.overdue`."""

from __future__ import annotations

import numpy as np

from scaler_monitor.findings.attributes import task_attributes
from scaler_monitor.findings.compare import find_differences
from scaler_monitor.findings.finding import Severity
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Cause, Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.model.tasks import Task
from scaler_monitor.protocol.format.amounts import count_with_noun, format_ratio
from scaler_monitor.protocol.format.durations import format_age, format_duration


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_seconds=thresholds.straggler_hold_seconds, begin_reports=2, clear_seconds=5.0)


def _unavailable_reason(view: View) -> str:
    return view.processor_tasks_unavailable


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    times, processors = view.state.overdue(), view.state.workers.processors
    if times is None or processors is None or processors.task_id is None:
        return []
    by_function: dict[str, list[tuple[float, Task, int]]] = {}
    for at in np.flatnonzero(~np.isnan(times)).tolist():
        task = view.state.tasks.get(processors.task_id[at])
        if task is not None and task.function and task.ended is None:  # its worker may not have spoken since
            by_function.setdefault(task.function, []).append((float(times[at]), task, at))
    return [_symptom(view, function, late) for function, late in by_function.items()]


def _symptom(view: View, function: str, late: list[tuple[float, Task, int]]) -> Symptom:
    times, worst, at = max(late, key=lambda each: each[0])
    ages, entry = view.state.workers.task_age_seconds, view.state.functions.get(function)
    age = 0.0 if ages is None else float(ages[at])
    longest = 0.0 if entry is None else entry.durations.longest
    usual = age / times
    thresholds = view.thresholds
    severity: Severity = "notice"  # it may be normal: durations with several modes or a long tail
    median = entry.durations.quantile(0.5) if entry is not None else None
    if median and age > thresholds.straggler_longest_factor * longest:
        tail = median * (max(usual / median, 1.0) ** thresholds.straggler_tail_power)
        severity = "warning" if age > tail else "notice"
    owner = int(view.fleet.columns.first_processor.searchsorted(at, side="right")) - 1
    worker, host = view.fleet.names[owner], view.fleet.host(owner)
    causes: set[Cause] = {("function", function)}
    workers = {task.worker for _, task, _ in late}
    hosts = {view.fleet.host(view.state.workers.index.get(name or "", owner)) for name in workers}
    if len(workers) == 1:
        causes.add(("worker", worker))
    if len(hosts) == 1 and host:
        causes.add(("machine", host))
    where = f"on {worker}" + (f" at {host}" if host else "")
    more = f"; {count_with_noun(len(late), 'task')} of this function are overdue" if len(late) > 1 else ""
    return Symptom(
        key=function,
        severity=severity,
        subject_kind="task",
        subject=worst.id.hex(),
        text=f"{function} {worst.id.hex()[:8]} {where} has run for {format_age(age)}, {format_ratio(times)} "
        f"the 95th percentile ({format_duration(usual)}){more}",
        advice="Check whether it still uses CPU; a task that hangs blocks its processor.",
        evidence={
            "overdue_tasks": len(late),
            "seconds": round(age),
            "times_usual": round(times, 1),
            "usual_seconds": round(usual, 3),
            "longest_seconds": round(longest, 3),
            "worker": worker,
            "host": host or "unknown",
        },
        causes=frozenset(causes),
        specific=3.5,
        weight=times,
        since=view.now - age,
        compare=lambda: _compare(view, function, [task for _, task, _ in late]),
    )


def _compare(view: View, function: str, late: list[Task]) -> tuple[str, ...]:
    ids = {task.id for task in late}
    others = (
        task for task in view.state.tasks.records.values() if task.function == function and task.id not in ids
    )
    return find_differences(task_attributes(view, late), task_attributes(view, others), "overdue")


RULE = Rule("straggler", _find, _hold, _unavailable_reason)
