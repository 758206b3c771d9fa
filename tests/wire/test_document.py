"""Recorded frames to the JSON document: every number equals what the release itself decoded."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from tests.frames.corpus import RELEASES, generation_of_release, read_recorded
from tests.wire.theirs import EMPTY_PAIRS, STATES, name, raw

from scaler_monitor.collector.in_process import live_status
from scaler_monitor.export.json_document import document
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Status
from scaler_monitor.wire.decoder import Decoder

NOW = 1_764_000_000.0
FINAL = ("success", "failed", "failedWorkerDied", "canceled", "canceledNotFound")
NONE_SUSPENDED = ("2.3.0",)
"""Releases in whose recording no report fell on a moment with a suspended processor."""
Fields = dict[str, Any]
FROM_THE_WIRE = (
    "pid",
    "cpu_percent",
    "rss_bytes",
    "initialized",
    "has_task",
    "suspended",
    "task_id",
    "task_age_seconds",
)
"""What a report tells of a processor; the rest of its row is of what the monitor has seen."""


class Told:
    """The frames of one release: the document, and the expected values from the release."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.told = version not in EMPTY_PAIRS
        recorded = read_recorded(version)
        model, decoder = ClusterModel(NOW), Decoder()
        cluster = model.state
        model.feed_changed(True, NOW)
        for at, entry in enumerate(recorded):
            model.apply(decoder.decode(entry.frame), NOW + at)
        end = NOW + len(recorded)
        status = status_of(cluster, decoder.generation, end)
        self.document: Fields = json.loads(json.dumps(document(cluster, status, end), allow_nan=False))
        self.bodies = [(entry.member, entry.fields) for entry in recorded]
        self.report = [body for member, body in self.bodies if member == "stateScheduler"][-1]
        self.workers: list[Fields] = self.report["workerManager"]["workers"]
        assert self.workers


def status_of(cluster: ClusterState, generation: int | None, now: float) -> Status:
    return live_status(now)._replace(generation=generation, since=NOW, started=NOW, frames=cluster.applied)


@pytest.fixture(params=RELEASES, scope="module")
def both(request: pytest.FixtureRequest) -> Told:
    return Told(request.param)


def percent(permille: int | None) -> object:
    return None if permille is None else pytest.approx(permille / 10)


def test_scheduler(both: Told) -> None:
    assert both.document["scheduler"] == {
        "cpu_percent": percent(both.report["scheduler"]["cpu"]),
        "rss_bytes": both.report["scheduler"]["rss"],
        "rss_free_bytes": both.report["rssFree"],
    }
    assert both.document["source"]["generation"] == generation_of_release(both.version)
    assert both.document["source"]["frames"] == len(both.bodies)


def test_task_totals(both: Told) -> None:
    pairs = both.report["taskManager"]["stateToCount"]
    counts = {STATES[pair["state"]]: pair["count"] for pair in pairs}
    assert both.document["tasks"]["states"] == (counts if both.told else None)
    if both.told:
        assert counts["success"] > 0


def test_tasks_seen_to_end(both: Told) -> None:
    ends: dict[str, str] = {}
    for member, body in both.bodies:
        if member == "stateTask":
            state = body["state"] if isinstance(body["state"], str) else STATES[body["state"]["raw"]]
            if state in FINAL:
                ends.setdefault(body["taskId"], state)
    seen = {state: count for state, count in both.document["tasks"]["seen"].items() if count}
    assert seen == Counter(ends.values())
    assert seen


def test_messages(both: Told) -> None:
    for direction in ("sent", "received"):
        pairs = both.report["binder"][direction]
        counts = {pair["client"]: pair["number"] for pair in pairs}
        assert both.document["messages"][direction] == (counts if both.told else None)
        assert counts


def last(row: Fields, *names: str) -> Any:
    """Return the field under its name in this release; None if the release does not have it."""
    return next((row[key] for key in names if key in row), None)


def test_workers(both: Told) -> None:
    rows = both.document["workers"]
    assert [row["id"] for row in rows] == [name(worker["workerId"]) for worker in both.workers]
    for row, worker in zip(rows, both.workers, strict=True):
        processors = worker["processorStatuses"]
        cpu = sum(item["resource"]["cpu"] for item in processors)
        expected = {
            "host": last(worker, "hostname") or None,
            "agent_cpu_percent": percent(worker["agent"]["cpu"]),
            "agent_rss_bytes": worker["agent"]["rss"],
            "cpu_percent": percent(cpu),
            "rss_bytes": sum(item["resource"]["rss"] for item in processors),
            "rss_free_bytes": worker["rssFree"],
            "memory_limit_bytes": last(worker, "memLimit") or None,
            "free": worker["free"],
            "sent": worker["sent"],
            "queued": worker["queued"],
            "suspended": worker["suspended"],
            "lag_microseconds": last(worker, "lagMicroseconds", "lagUS"),
            "last_seen_seconds": last(worker, "lastSeenSeconds", "lastS"),
            "itl": worker["itl"],
        }
        assert {key: row[key] for key in expected} == expected


def test_workers_of_every_report(both: Told) -> None:
    """Also the reports in between: those with suspended processors, with lag, with workers long unseen."""
    model, decoder, now = ClusterModel(NOW), Decoder(), NOW
    cluster = model.state
    suspended = 0
    for entry in read_recorded(both.version):
        now += 1.0
        model.apply(decoder.decode(entry.frame), now)
        if entry.member != "stateScheduler":
            continue
        rows = document(cluster, status_of(cluster, decoder.generation, now), now)["workers"]
        for row, worker in zip(rows, entry.fields["workerManager"]["workers"], strict=True):
            assert row["suspended"] == worker["suspended"]
            assert row["last_seen_seconds"] == last(worker, "lastSeenSeconds", "lastS")
            assert row["lag_microseconds"] == last(worker, "lagMicroseconds", "lagUS")
            assert row["rss_free_bytes"] == worker["rssFree"]
            assert [item["suspended"] for item in row["processors"]] == [
                item["suspended"] for item in worker["processorStatuses"]
            ]
            suspended += worker["suspended"]
    assert suspended > 0 or both.version in NONE_SUSPENDED


def test_processors(both: Told) -> None:
    for row, worker in zip(both.document["workers"], both.workers, strict=True):
        expected = [
            {
                "pid": item["pid"],
                "cpu_percent": percent(item["resource"]["cpu"]),
                "rss_bytes": item["resource"]["rss"],
                "initialized": item["initialized"],
                "has_task": item["hasTask"],
                "suspended": item["suspended"],
                "task_id": raw(item.get("currentTaskId", "")).hex() or None,
                "task_age_seconds": item.get("taskAgeSeconds") if item["hasTask"] else None,
            }
            for item in worker["processorStatuses"]
        ]
        assert [{key: found[key] for key in FROM_THE_WIRE} for found in row["processors"]] == expected
    assert any(row["processors"] for row in both.document["workers"])


def test_capabilities(both: Told) -> None:
    said = {}
    for member, body in both.bodies:
        if member == "stateWorker" and "capabilities" in body and body["state"] in ("connected", {"raw": 0}):
            said[name(body["workerId"])] = sorted({item["name"] for item in body["capabilities"]})
    for row in both.document["workers"]:
        assert row["capabilities"] == (said.get(row["id"]) if both.told else None)


def test_managers(both: Told) -> None:
    scaling = both.report["scalingManager"]
    groups = {
        name(last(pair, "workerManagerID", "workerGroupID")): [name(worker) for worker in pair["workerIDs"]]
        for pair in last(scaling, "managedWorkers", "workerGroups")
    }
    present = {row["id"] for row in both.document["workers"]}
    details = {name(row["workerManagerID"]): row for row in scaling.get("workerManagerDetails", [])}
    rows = {row["id"]: row for row in both.document["managers"]}
    assert set(rows) == set(groups) | set(details)
    for manager, row in rows.items():
        detail = details.get(manager, {})
        own = [each for each in both.workers if name(each["workerId"]) in groups.get(manager, [])]
        agents = [each["agent"] for each in own]
        processors = [item["resource"] for each in own for item in each["processorStatuses"]]
        assert row == {
            "cpu_percent": percent(sum(item["cpu"] for item in processors + agents)) if own else None,
            "rss_bytes": sum(item["rss"] for item in processors + agents) if own else None,
            "agent_cpu_percent": percent(sum(item["cpu"] for item in agents)) if own else None,
            "agent_rss_bytes": sum(item["rss"] for item in agents) if own else None,
            **{
                key: sum(each[key] for each in own) if own else None
                for key in ("free", "sent", "queued", "suspended")
            },
            "id": manager,
            "identity": detail.get("identity"),
            "workers": len(present & set(groups.get(manager, []))),
            "pending_workers": detail.get("pendingWorkers"),
            "max_task_concurrency": detail.get("maxTaskConcurrency"),
            "capabilities": sorted(detail["capabilities"].split()) if "capabilities" in detail else None,
            "last_seen_seconds": last(detail, "lastSeenSeconds", "lastSeenS"),
        }
    of_worker = {worker: manager for manager, workers in groups.items() for worker in workers}
    for row in both.document["workers"]:
        assert row["manager"] == of_worker.get(row["id"])


def test_clients(both: Told) -> None:
    status = both.report["clientManager"]
    expected = [
        {
            "id": name(last(row, "clientId", "client")),
            "tasks": row["numTask"],
            "host": row.get("hostname"),
            "cpu_percent": percent(row.get("resource", {}).get("cpu")),
            "rss_bytes": row.get("resource", {}).get("rss"),
            "latency_microseconds": row.get("latencyMicroseconds"),
            "connected_seconds": row.get("connectedSeconds"),
            "last_seen_seconds": row.get("lastSeenSeconds"),
        }
        for row in last(status, "clients", "clientToNumOfTask")
    ]
    assert expected
    if not both.told:
        assert both.document["clients"] is None
        return
    assert [{key: row[key] for key in expected[0]} for row in both.document["clients"]] == expected


def test_objects_and_storage(both: Told) -> None:
    objects = both.report["objectManager"]
    assert both.document["objects_total"] == objects["numberOfObjects"]
    storage = objects.get("storage")
    assert both.document["storage"] == (
        storage
        and {
            "objects": storage["objectCount"],
            "unique_objects": storage["uniqueCount"],
            "bytes": storage["totalBytes"],
            "pending_requests": storage["pendingRequests"],
            "pending_objects": storage["pendingObjects"],
            "oldest_pending_seconds": storage["oldestPendingSeconds"],
        }
    )


def test_functions(both: Told) -> None:
    """Ended tasks by function, each task once, with the name from any of its frames."""
    functions: dict[str, str] = {}
    ends: dict[str, str] = {}
    for member, body in both.bodies:
        if member == "stateTask":
            state = body["state"] if isinstance(body["state"], str) else STATES[body["state"]["raw"]]
            if body["functionName"]:
                functions[body["taskId"]] = name(body["functionName"])
            if state in FINAL:
                ends.setdefault(body["taskId"], state)
    expected: Counter[tuple[str, str]] = Counter()
    for task, state in ends.items():
        kind = "success" if state == "success" else "failed" if state.startswith("failed") else "canceled"
        expected[functions.get(task, ""), kind] += 1
    found = {
        (row["name"], kind): row[kind]
        for row in both.document["functions"]
        for kind in ("success", "failed", "canceled")
        if row[kind]
    }
    assert found == expected
