"""A task or a function that workers die of."""

from __future__ import annotations

from scaler_monitor.findings.recent.deaths import Death
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.rules.worker_died import evidence_of
from scaler_monitor.findings.shares import least_share
from scaler_monitor.findings.sign import Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import count_of, names_of


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(clear_seconds=thresholds.clear_seconds)


def _not_told(view: View) -> str:
    return view.processor_tasks_untold


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    deaths = list(view.recent.deaths.recent)
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
    signs = []
    blamed = set()
    for task_id, dead in by_task.items():
        if len(dead) >= least and _open(view, task_id):
            signs.append(_task_sign(view, task_id, dead))
            blamed |= {death.told.worker for death in dead}
    for function, dead in by_function.items():
        entry = view.state.functions.get(function)
        if len(dead) < least or entry is None or not entry.waiting + entry.running:
            continue
        share = least_share(len(dead), len(deaths), view.thresholds.poison_confidence_z)
        living = sum(death.living.get(function, 0.0) for death in dead) / len(dead)
        if share > living and not blamed.issuperset(death.told.worker for death in dead):
            signs.append(_function_sign(view, function, dead, deaths, living))
    return signs


def _open(view: View, task_id: bytes) -> bool:
    task = view.state.tasks.get(task_id)
    return task is not None and task.ended is None


def _task_sign(view: View, task_id: bytes, dead: list[Death]) -> Sign:
    task = view.state.tasks.get(task_id)
    function = None if task is None else task.function
    names = [death.told.worker for death in dead]
    called = f" of {function}" if function else ""
    return Sign(
        key=task_id.hex(),
        severity="critical",
        subject_kind="task",
        subject=task_id.hex(),
        text=f"{count_of(len(dead), 'worker')} died with task {task_id.hex()[:8]}{called} on a processor, "
        "one after the other, and it is to run again",
        advice="Cancel this task before it takes the next worker.",
        evidence={"deaths": len(dead), "workers": names_of(names), **evidence_of(dead[-1].told)},
        causes=frozenset({("task", task_id.hex()), *(("worker", name) for name in names)}),
        specific=10.0,
        weight=len(dead),
        since=dead[0].told.left,
    )


def _function_sign(view: View, function: str, dead: list[Death], deaths: list[Death], living: float) -> Sign:
    names = [death.told.worker for death in dead]
    minutes = view.thresholds.poison_seconds / 60
    return Sign(
        key=f"function {function}",
        severity="critical",
        subject_kind="function",
        subject=function,
        text=f"{function} was on {len(dead):,} of {count_of(len(deaths), 'worker')} that died within "
        f"{minutes:.0f} minutes, and on {living:.0%} of those that live",
        advice=f"Stop giving out {function} until it is known why workers die of it.",
        evidence={
            "deaths_with_it": len(dead),
            "deaths": len(deaths),
            "living_share": round(living, 3),
            "workers": names_of(names),
            **evidence_of(dead[-1].told),
        },
        causes=frozenset({("function", function), *(("worker", name) for name in names)}),
        specific=9.5,
        weight=len(dead),
        since=dead[0].told.left,
        compare=lambda: (
            f"function {function}: {len(dead):,} of {len(deaths):,} that died, {living:.0%} of the others",
        ),
    )


RULE = Rule("poison", _find, _hold, _not_told)
