"""Workers that died with tasks assigned, with a post-mortem."""

from __future__ import annotations

from collections import Counter

import numpy as np

from scaler_monitor.findings.attributes import worker_attributes
from scaler_monitor.findings.compare import Attributes, find_differences
from scaler_monitor.findings.finding import Figure
from scaler_monitor.findings.history.deaths import Death
from scaler_monitor.findings.post_mortem import PostMortem
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import list_names
from scaler_monitor.protocol.format.amounts import count_with_noun

ADVICE = {
    "memory": "Raise the limit, or run fewer of these tasks on a worker at a time.",
    "host": "Check the state of that host.",
    "unknown": "Check its log, and the system log for a kill.",
    "scale-down": "",
}


def _hold(_: Thresholds) -> Hold:
    return Hold()


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    shown_seconds = view.thresholds.death_shown_seconds
    groups: dict[str, list[Death]] = {}
    for death in view.history.deaths.latest:
        if view.now - death.details.left <= shown_seconds:
            host = death.details.host if death.details.cause == "host" else None
            groups.setdefault(host or death.details.worker, []).append(death)
    if len(groups) > view.thresholds.max_separate_deaths:
        return [_summary(view, [death for deaths in groups.values() for death in deaths])]
    return [_symptom(view, key, deaths) for key, deaths in groups.items()]


def _summary(view: View, deaths: list[Death]) -> Symptom:
    """Return one symptom that summarizes many deaths."""
    tasks_held = sum(death.details.tasks_held or 0 for death in deaths)
    causes = Counter(death.details.cause for death in deaths)
    likely, most = causes.most_common(1)[0]
    counts: dict[str, Figure] = dict(causes.items())
    names = [death.details.worker for death in deaths]
    return Symptom(
        key="many",
        severity="warning",
        subject_kind="cluster",
        subject="",
        text=f"{count_with_noun(len(deaths), 'worker')} died within "
        f"{view.thresholds.death_shown_seconds:.0f} s with {count_with_noun(tasks_held, 'task')}: "
        f"{list_names(names)}; likely cause of {most:,}: {likely}",
        advice=ADVICE[likely],
        evidence={"workers": len(deaths), "tasks_held": tasks_held, **counts},
        causes=frozenset(("worker", name) for name in names),
        specific=6.1,
        weight=len(deaths),
        since=min(death.details.left for death in deaths),
        compare=lambda: _compare(view),
    )


def _symptom(view: View, key: str, deaths: list[Death]) -> Symptom:
    details = deaths[-1].details
    tasks_held = sum(death.details.tasks_held or 0 for death in deaths)
    if len(deaths) > 1:
        kind, subject = "machine", key
        text = f"Host {key}: {count_with_noun(len(deaths), 'worker')} left with "
        f"{count_with_noun(tasks_held, 'task')}; {details.reason}"
    else:
        kind, subject = "worker", details.worker
        text = f"Worker {details.worker} died: {details.sentence}"
    functions = sorted(frozenset[str]().union(*(death.functions for death in deaths)))
    return Symptom(
        key=key,
        severity="warning",
        subject_kind=kind,
        subject=subject,
        text=text,
        advice=ADVICE[details.cause],
        evidence={**evidence_of(details), "workers": len(deaths), "functions": list_names(functions)},
        causes=frozenset(
            {
                *(("worker", death.details.worker) for death in deaths),
                *((("machine", details.host),) if details.cause == "host" and details.host else ()),
                *((("died of", "memory"),) if details.cause == "memory" else ()),
            }
        ),
        specific=6.0,
        weight=tasks_held,
        since=min(death.details.left for death in deaths),
        compare=lambda: _compare(view),
    )


def _compare(view: View) -> tuple[str, ...]:
    live_workers = worker_attributes(view, np.arange(len(view.fleet)))
    return find_differences(map(_names, view.history.deaths.latest), live_workers, "that died")


def _names(death: Death) -> Attributes:
    function = next(iter(sorted(death.functions)), None)
    return {"host": death.details.host, "manager": death.details.manager, "function": function}


def evidence_of(details: PostMortem) -> dict[str, Figure]:
    """Return the known figures of a post-mortem."""
    evidence: dict[str, Figure] = {
        "likely_cause": details.cause,
        "on_processors": details.on_processors,
        "silent_seconds": details.silent_seconds,
    }
    if details.tasks_held is not None:
        evidence["tasks_held"] = details.tasks_held
    if details.memory_used_bytes is not None and details.memory_limit_bytes is not None:
        evidence |= {
            "memory_used_bytes": details.memory_used_bytes,
            "memory_limit_bytes": details.memory_limit_bytes,
        }
    return evidence


RULE = Rule("worker_died", _find, _hold)
