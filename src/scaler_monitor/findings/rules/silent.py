"""Workers, hosts, managers or clients whose heartbeats are missing, or a network failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.attributes import worker_attributes
from scaler_monitor.findings.compare import find_differences
from scaler_monitor.findings.finding import Figure
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.symptom import Cause, Symptom
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import verb
from scaler_monitor.protocol.format.amounts import count_with_noun

NETWORK: Cause = ("network", "")


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_reports=thresholds.silent_reports, clear_reports=thresholds.silent_reports)


def _find(view: View, _: frozenset[str]) -> list[Symptom]:
    if view.history.late_report:
        return []  # the scheduler received no heartbeats while it was blocked
    return [*_workers(view), *_managers(view), *_clients(view)]


def _limit(thresholds: Thresholds, seconds: Iterable[int]) -> float:
    """Return the heartbeat age in seconds above which a peer is silent, also if all heartbeats are slow."""
    ordered = sorted(seconds)
    usual = ordered[(len(ordered) - 1) // 2] if len(ordered) > 1 else 0
    return max(thresholds.silent_seconds, thresholds.silent_fleet_factor * usual)


def _workers(view: View) -> list[Symptom]:
    fleet, thresholds = view.fleet, view.thresholds
    seen = view.history.workers.heartbeat_age
    late = ~fleet.leaving & (seen > thresholds.silent_seconds)
    count = len(fleet)
    if not late.any():
        return []
    hosts = fleet.columns.host
    places = np.flatnonzero(late)
    if len(places) >= max(3, thresholds.silent_fleet_share * count) and not _on_one_host(view, places):
        return [_fleet_symptom(view, places)]
    usual = float(np.partition(seen, (count - 1) // 2)[(count - 1) // 2]) if count > 1 else 0.0
    places = places[seen[places] > max(thresholds.silent_seconds, thresholds.silent_fleet_factor * usual)]
    symptoms = []
    by_host = Counter(hosts[at] for at in places.tolist()) if hosts is not None else Counter[str]()
    of_host = Counter(hosts) if by_host and hosts is not None else Counter[str]()
    silent_hosts = set()
    for host, silent in by_host.items():
        if host and silent >= max(2, thresholds.silent_host_share * of_host[host]):
            silent_hosts.add(host)
            there = np.array([at for at in places.tolist() if fleet.host(at) == host], np.int64)
            symptoms.append(_host_symptom(view, host, there, of_host[host]))
    separate = [at for at in places.tolist() if fleet.host(at) not in silent_hosts]
    separate.sort(key=lambda at: -int(seen[at]))
    symptoms += [_worker_symptom(view, at) for at in separate[: thresholds.max_symptoms_per_rule]]
    return symptoms


def _on_one_host(view: View, places: NDArray[np.int64]) -> bool:
    hosts = {view.fleet.host(at) for at in places.tolist()}
    return len(hosts) == 1 and None not in hosts


def _tasks_held(view: View, places: NDArray[np.int64]) -> int:
    """Return the number of tasks assigned to these workers, as far as it is reported."""
    return int(np.maximum(view.fleet.columns.sent.astype(np.int64)[places], 0).sum())


def _fleet_symptom(view: View, places: NDArray[np.int64]) -> Symptom:
    seen = view.history.workers.heartbeat_age[places]
    tasks_held = _tasks_held(view, places)
    return Symptom(
        key="fleet",
        severity="critical",
        subject_kind="cluster",
        subject="",
        text=f"{len(places):,} of {count_with_noun(len(view.fleet), 'worker')} have sent no heartbeat "
        f"for over {view.thresholds.silent_seconds:.0f} s: the scheduler does not receive "
        "them or the network is down",
        advice="Check the load of the scheduler and the network between it and these workers.",
        evidence={
            "silent_workers": len(places),
            "workers": len(view.fleet),
            "longest_seconds": int(seen.max()),
            "tasks_held": tasks_held,
        },
        causes=frozenset({NETWORK, *(("worker", view.fleet.names[at]) for at in places.tolist())}),
        specific=7.3,
        weight=len(places),
        since=view.now - float(seen.max()),
        compare=lambda: _compare(view, places),
    )


def _host_symptom(view: View, host: str, places: NDArray[np.int64], count: int) -> Symptom:
    seen, tasks_held = view.history.workers.heartbeat_age[places], _tasks_held(view, places)
    return Symptom(
        key=f"host {host}",
        severity="critical",
        subject_kind="machine",
        subject=host,
        text=f"Host {host}: {len(places):,} of its {count_with_noun(count, 'worker')} have sent no heartbeat "
        f"for {int(seen.min())} s or more; they have {count_with_noun(tasks_held, 'task')}",
        advice="Check that the host is up and can reach the scheduler; its tasks start again on other "
        "workers after the scheduler's heartbeat timeout.",
        evidence={
            "silent_workers": len(places),
            "workers_there": count,
            "longest_seconds": int(seen.max()),
            "tasks_held": tasks_held,
        },
        causes=frozenset({("machine", host), *(("worker", view.fleet.names[at]) for at in places.tolist())}),
        specific=7.2,
        weight=len(places),
        since=view.now - float(seen.max()),
        compare=lambda: _compare(view, places),
    )


def _worker_symptom(view: View, at: int) -> Symptom:
    name, seconds = view.fleet.names[at], int(view.history.workers.heartbeat_age[at])
    tasks_held, host = _tasks_held(view, np.array([at])), view.fleet.host(at)
    where = f" on {host}" if host else ""
    return Symptom(
        key=f"worker {name}",
        severity="warning",
        subject_kind="worker",
        subject=name,
        text=f"Worker {name}{where} has sent no heartbeat for {seconds} s; "
        f"it has {count_with_noun(tasks_held, 'task')}",
        advice="Check that its process is running; the scheduler drops it after its heartbeat timeout.",
        evidence={"silent_seconds": seconds, "tasks_held": tasks_held, "host": host or "unknown"},
        causes=frozenset({("worker", name)}),
        specific=7.1,
        weight=seconds,
        since=view.now - seconds,
    )


def _compare(view: View, places: NDArray[np.int64]) -> tuple[str, ...]:
    others = np.setdiff1d(np.arange(len(view.fleet)), places)
    return find_differences(worker_attributes(view, places), worker_attributes(view, others), "silent ones")


def _managers(view: View) -> list[Symptom]:
    rows = view.state.managers.rows
    seen = {name: row.last_seen_seconds for name, row in rows.items() if row.last_seen_seconds is not None}
    limit = _limit(view.thresholds, seen.values())
    symptoms = []
    for name, seconds in seen.items():
        if seconds > limit:
            workers = rows[name].workers
            symptoms.append(
                _peer_symptom(
                    "manager",
                    name,
                    seconds,
                    f"Manager {name} has sent no heartbeat for {seconds} s; "
                    f"it has {count_with_noun(workers, 'worker')}",
                    "Check that its process is running: it starts no workers meanwhile.",
                    {"workers": workers},
                )
            )
    return symptoms


def _clients(view: View) -> list[Symptom]:
    """Return symptoms of silent clients with open tasks; a client without tasks may simply have ended."""
    rows = view.state.clients.rows or {}
    seen = {
        name: row.last_seen_seconds
        for name, row in rows.items()
        if row.last_seen_seconds is not None and row.tasks
    }
    limit = _limit(view.thresholds, seen.values())
    late = sorted(((-seconds, name) for name, seconds in seen.items() if seconds > limit))
    return [
        _peer_symptom(
            "client",
            name,
            -minus,
            f"Client {name} has sent no heartbeat for {-minus} s; "
            f"{count_with_noun(rows[name].tasks, 'task')} of it {verb(rows[name].tasks, 'is', 'are')} open",
            "If its process has ended, nobody receives the results of its tasks.",
            {"open_tasks": rows[name].tasks},
        )
        for minus, name in late[: view.thresholds.max_symptoms_per_rule]
    ]


def _peer_symptom(
    kind: str, name: str, seconds: int, text: str, advice: str, evidence: dict[str, Figure]
) -> Symptom:
    return Symptom(
        key=f"{kind} {name}",
        severity="warning",
        subject_kind=kind,
        subject=name,
        text=text,
        advice=advice,
        evidence={"silent_seconds": seconds, **evidence},
        causes=frozenset({(kind, name)}),
        specific=7.0,
        weight=seconds,
    )


RULE = Rule("silent", _find, _hold)
