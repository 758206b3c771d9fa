"""A task or a function that makes workers die."""

from __future__ import annotations

from scaler_monitor.findings.confidence import wilson_lower_bound
from scaler_monitor.findings.history.deaths import Death
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.rules.worker_died import evidence_of
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import list_names
from scaler_monitor.protocol.format.amounts import count_with_noun


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(clear_seconds=thresholds.clear_seconds)


def _unavailable_reason(view: View) -> str:
    return view.processor_tasks_unavailable


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    deaths = list(view.history.deaths.latest)
    least = view.thresholds.poison_deaths
    if len(deaths) < least:
        return []
    by_task: dict[bytes, list[Death]] = {}
    by_function: dict[str, list[Death]] = {}
    for death in deaths:
        for task_id in death.tasks:
            by_task.setdefault(task_id, []).append(death)
        for function in death.functions:
            by_function.setdefault(function, []).append(death)
    symptoms = []
    blamed = set()
    for task_id, dead in by_task.items():
        if len(dead) >= least and _open(view, task_id):
            symptoms.append(_task_symptom(view, task_id, dead))
            blamed |= {death.details.worker for death in dead}
    for function, dead in by_function.items():
        entry = view.state.functions.get(function)
        if len(dead) < least or entry is None or not entry.waiting + entry.running:
            continue
        share = wilson_lower_bound(len(dead), len(deaths), view.thresholds.poison_confidence_z)
        live_share = sum(death.live_shares.get(function, 0.0) for death in dead) / len(dead)
        if share > live_share and not blamed.issuperset(death.details.worker for death in dead):
            symptoms.append(_function_symptom(view, function, dead, deaths, live_share))
    return symptoms


def _open(view: View, task_id: bytes) -> bool:
    task = view.state.tasks.get(task_id)
    return task is not None and task.ended is None


def _task_symptom(view: View, task_id: bytes, dead: list[Death]) -> Symptom:
    task = view.state.tasks.get(task_id)
    function = None if task is None else task.function
    names = [death.details.worker for death in dead]
    called = f" of {function}" if function else ""
    return Symptom(
        key=task_id.hex(),
        severity="critical",
        subject_kind="task",
        subject=task_id.hex(),
        text=f"{count_with_noun(len(dead), 'worker')} died with task {task_id.hex()[:8]}{called} on "
        "a processor, one after the other, and it will run again",
        advice="Cancel this task before it kills another worker.",
        evidence={"deaths": len(dead), "workers": list_names(names), **evidence_of(dead[-1].details)},
        causes=frozenset({("task", task_id.hex()), *(("worker", name) for name in names)}),
        specific=10.0,
        weight=len(dead),
        since=dead[0].details.left,
    )


def _function_symptom(
    view: View, function: str, dead: list[Death], deaths: list[Death], live_share: float
) -> Symptom:
    names = [death.details.worker for death in dead]
    minutes = view.thresholds.poison_seconds / 60
    return Symptom(
        key=f"function {function}",
        severity="critical",
        subject_kind="function",
        subject=function,
        text=f"{function} was on {len(dead):,} of {count_with_noun(len(deaths), 'worker')} that died within "
        f"{minutes:.0f} minutes, and on {live_share:.0%} of the live workers",
        advice=f"Stop submitting {function} until the cause is known.",
        evidence={
            "deaths_with_it": len(dead),
            "deaths": len(deaths),
            "living_share": round(live_share, 3),
            "workers": list_names(names),
            **evidence_of(dead[-1].details),
        },
        causes=frozenset({("function", function), *(("worker", name) for name in names)}),
        specific=9.5,
        weight=len(dead),
        since=dead[0].details.left,
        compare=lambda: (
            f"function {function}: {len(dead):,} of {len(deaths):,} that died, "
            f"{live_share:.0%} of the others",
        ),
    )


RULE = Rule("poison", _find, _hold, _unavailable_reason)
