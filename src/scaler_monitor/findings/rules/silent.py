"""Workers, hosts, managers, clients that have not spoken for long; or the way to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.findings.compare import what_differs
from scaler_monitor.findings.finding import Figure
from scaler_monitor.findings.populations import worker_names
from scaler_monitor.findings.rule import Hold, Rule
from scaler_monitor.findings.sign import Cause, Sign
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.view import View
from scaler_monitor.findings.wording import count_of, verb

NETWORK: Cause = ("network", "")


def _hold(thresholds: Thresholds) -> Hold:
    return Hold(begin_reports=thresholds.silent_reports, clear_reports=thresholds.silent_reports)


def _find(view: View, _: frozenset[str]) -> list[Sign]:
    if view.recent.late_report:
        return []  # the scheduler heard nobody while it stood still
    return [*_workers(view), *_managers(view), *_clients(view)]


def _limit(thresholds: Thresholds, seconds: Iterable[int]) -> float:
    """Seconds above which one is silent: also among those whose heartbeats are slow."""
    ordered = sorted(seconds)
    usual = ordered[(len(ordered) - 1) // 2] if len(ordered) > 1 else 0
    return max(thresholds.silent_seconds, thresholds.silent_fleet_times * usual)


def _workers(view: View) -> list[Sign]:
    fleet, thresholds = view.fleet, view.thresholds
    seen = view.recent.workers.quiet
    late = ~fleet.leaving & (seen > thresholds.silent_seconds)
    count = len(fleet)
    if not late.any():
        return []
    hosts = fleet.columns.host
    places = np.flatnonzero(late)
    if len(places) >= max(3, thresholds.silent_fleet_share * count) and not _on_one_host(view, places):
        return [_fleet_sign(view, places)]
    usual = float(np.partition(seen, (count - 1) // 2)[(count - 1) // 2]) if count > 1 else 0.0
    places = places[seen[places] > max(thresholds.silent_seconds, thresholds.silent_fleet_times * usual)]
    signs = []
    by_host = Counter(hosts[at] for at in places.tolist()) if hosts is not None else Counter[str]()
    of_host = Counter(hosts) if by_host and hosts is not None else Counter[str]()
    gone = set()
    for host, silent in by_host.items():
        if host and silent >= max(2, thresholds.silent_host_share * of_host[host]):
            gone.add(host)
            there = np.array([at for at in places.tolist() if fleet.host(at) == host], np.int64)
            signs.append(_host_sign(view, host, there, of_host[host]))
    alone = [at for at in places.tolist() if fleet.host(at) not in gone]
    alone.sort(key=lambda at: -int(seen[at]))
    signs += [_worker_sign(view, at) for at in alone[: thresholds.signs_of_a_rule]]
    return signs


def _on_one_host(view: View, places: NDArray[np.int64]) -> bool:
    hosts = {view.fleet.host(at) for at in places.tolist()}
    return len(hosts) == 1 and None not in hosts


def _held(view: View, places: NDArray[np.int64]) -> int:
    """Tasks that workers hold, as far as they said."""
    return int(np.maximum(view.fleet.columns.sent.astype(np.int64)[places], 0).sum())


def _fleet_sign(view: View, places: NDArray[np.int64]) -> Sign:
    seen = view.recent.workers.quiet[places]
    held = _held(view, places)
    return Sign(
        key="fleet",
        severity="critical",
        subject_kind="cluster",
        subject="",
        text=f"{len(places):,} of {count_of(len(view.fleet), 'worker')} have not spoken for over "
        f"{view.thresholds.silent_seconds:.0f} s: the scheduler does not hear them, or the network is cut",
        advice="Look at the scheduler's load and at the network between it and these workers.",
        evidence={
            "silent_workers": len(places),
            "workers": len(view.fleet),
            "longest_seconds": int(seen.max()),
            "tasks_held": held,
        },
        causes=frozenset({NETWORK, *(("worker", view.fleet.names[at]) for at in places.tolist())}),
        specific=7.3,
        weight=len(places),
        since=view.now - float(seen.max()),
        compare=lambda: _compare(view, places),
    )


def _host_sign(view: View, host: str, places: NDArray[np.int64], count: int) -> Sign:
    seen, held = view.recent.workers.quiet[places], _held(view, places)
    return Sign(
        key=f"host {host}",
        severity="critical",
        subject_kind="machine",
        subject=host,
        text=f"Host {host}: {len(places):,} of its {count_of(count, 'worker')} have not spoken for "
        f"{int(seen.min())} s or more; they hold {count_of(held, 'task')}",
        advice="See whether the machine is up and can reach the scheduler; its tasks begin anew elsewhere "
        "when the scheduler gives it up.",
        evidence={
            "silent_workers": len(places),
            "workers_there": count,
            "longest_seconds": int(seen.max()),
            "tasks_held": held,
        },
        causes=frozenset({("machine", host), *(("worker", view.fleet.names[at]) for at in places.tolist())}),
        specific=7.2,
        weight=len(places),
        since=view.now - float(seen.max()),
        compare=lambda: _compare(view, places),
    )


def _worker_sign(view: View, at: int) -> Sign:
    name, seconds = view.fleet.names[at], int(view.recent.workers.quiet[at])
    held, host = _held(view, np.array([at])), view.fleet.host(at)
    where = f" on {host}" if host else ""
    return Sign(
        key=f"worker {name}",
        severity="warning",
        subject_kind="worker",
        subject=name,
        text=f"Worker {name}{where} has not spoken for {seconds} s; it holds {count_of(held, 'task')}",
        advice="See whether its process lives; the scheduler gives it up after its own timeout.",
        evidence={"silent_seconds": seconds, "tasks_held": held, "host": host or "unknown"},
        causes=frozenset({("worker", name)}),
        specific=7.1,
        weight=seconds,
        since=view.now - seconds,
    )


def _compare(view: View, places: NDArray[np.int64]) -> tuple[str, ...]:
    others = np.setdiff1d(np.arange(len(view.fleet)), places)
    return what_differs(worker_names(view, places), worker_names(view, others), "silent ones")


def _managers(view: View) -> list[Sign]:
    rows = view.state.managers.rows
    seen = {name: row.last_seen_seconds for name, row in rows.items() if row.last_seen_seconds is not None}
    limit = _limit(view.thresholds, seen.values())
    signs = []
    for name, seconds in seen.items():
        if seconds > limit:
            workers = rows[name].workers
            signs.append(
                _party(
                    "manager",
                    name,
                    seconds,
                    f"Manager {name} has not spoken for {seconds} s; it has {count_of(workers, 'worker')}",
                    "See whether its process lives: no workers come while it is silent.",
                    {"workers": workers},
                )
            )
    return signs


def _clients(view: View) -> list[Sign]:
    """Clients that wait for results and are silent; one without tasks has gone home."""
    rows = view.state.clients.rows or {}
    seen = {
        name: row.last_seen_seconds
        for name, row in rows.items()
        if row.last_seen_seconds is not None and row.tasks
    }
    limit = _limit(view.thresholds, seen.values())
    late = sorted(((-seconds, name) for name, seconds in seen.items() if seconds > limit))
    return [
        _party(
            "client",
            name,
            -minus,
            f"Client {name} has not spoken for {-minus} s; {count_of(rows[name].tasks, 'task')} of it "
            f"{verb(rows[name].tasks, 'is', 'are')} open",
            "If its process is gone, its tasks run for nobody.",
            {"open_tasks": rows[name].tasks},
        )
        for minus, name in late[: view.thresholds.signs_of_a_rule]
    ]


def _party(kind: str, name: str, seconds: int, text: str, advice: str, evidence: dict[str, Figure]) -> Sign:
    return Sign(
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
