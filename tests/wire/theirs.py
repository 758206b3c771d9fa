"""Converts what a release decoded from its own frames into our event format: the expected values of our
readers.

Based only on the releases' field names. All values are plain: dicts, lists, numbers, text, bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import blake2s
from typing import Any

import numpy as np

from scaler_monitor.wire.text import clean

STATES = [
    *("inactive", "running", "canceling", "balanceCanceling", "success", "failed", "failedWorkerDied"),
    *("canceled", "canceledNotFound", "balanceCanceled", "workerDisconnecting"),
]
EMPTY_PAIRS = ("2.0.20",)
"""Releases that fill their lists of totals, clients and capabilities with empty pairs."""

Fields = dict[str, Any]


def raw(value: str | bytes) -> bytes:
    """Return the bytes of a text that the recordings store as Latin-1."""
    return value if isinstance(value, bytes) else value.encode("latin-1")


def identity(value: str | bytes) -> bytes:
    """Return a task or object id, limited to 64 bytes; of a longer one the last 16 are a digest."""
    whole = raw(value)
    return whole if len(whole) <= 64 else whole[:48] + blake2s(whole, digest_size=16).digest()


def name(value: str | bytes) -> str:
    """Return a name that the release returns as bytes."""
    return clean(raw(value))


def flatten(value: Any) -> Any:
    """Return an event of ours as plain dicts, lists, numbers, text and bytes."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if is_dataclass(value):
        return {field.name: flatten(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "_asdict"):
        return {key: flatten(item) for key, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: flatten(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [flatten(item) for item in value]
    return value


def forget_absent_columns(report: Fields) -> None:
    """Treat `None` and empty columns as equal: a table without rows does not show which columns exist."""
    for table in (report["workers"], report["workers"]["processors"]):
        for key, column in table.items():
            if column is None and not (table.get("worker") or table.get("pid")):
                table[key] = []


def their_event(version: str, member: str, body: Fields) -> Fields:
    """Return what release `version` decoded, in the format of `flatten`."""
    return _MEMBERS[member](version, body)


def _named(value: str | dict[str, int], names: list[str], unknown: str = "kind<{}>") -> str:
    """Return the name of an enumeration's value; 2.0.20 returns numbers."""
    if isinstance(value, str):
        return value
    return names[value["raw"]] if value["raw"] < len(names) else unknown.format(value["raw"])


def _capabilities(version: str, body: Fields) -> list[Fields] | None:
    if "capabilities" not in body:
        return None
    if version in EMPTY_PAIRS and body["capabilities"]:
        assert {item["name"] for item in body["capabilities"]} == {""}
        return None
    return [{"name": clean(item["name"]), "value": item["value"]} for item in body["capabilities"]]


def _profile(metadata: bytes) -> Fields | None:
    if len(metadata) != 16:
        return None
    seconds, grown, cpu_seconds = struct.unpack(">fQf", metadata)
    return {"duration_seconds": seconds, "memory_growth_bytes": grown, "cpu_seconds": cpu_seconds}


def _task(version: str, body: Fields) -> Fields:
    return {
        "task_id": identity(body["taskId"]),
        "function": name(body["functionName"]),
        "state": _named(body["state"], STATES, "state<{}>"),
        "worker": name(body["worker"]),
        "capabilities": _capabilities(version, body),
        "profile": _profile(raw(body["metadata"])),
        "object_bytes": body.get("objectBytes"),
        "client": name(body["client"]) if "client" in body else None,
        "event": clean(body["event"]) if "event" in body else None,
    }


def _worker(version: str, body: Fields) -> Fields:
    return {
        "worker": name(body["workerId"]),
        "state": _named(body["state"], ["connected", "disconnected"])
        if "state" in body
        else name(body["message"]),
        "capabilities": _capabilities(version, body),
    }


def _object(_version: str, body: Fields) -> Fields:
    return {
        "objects": [
            {
                "object_id": identity(item["objectId"]),
                "name": name(item["name"]),
                "kind": _named(item["objectType"], ["serializer", "object"]),
                "size_bytes": item["size"],
                "creator": name(item["creator"]),
                "tasks": item["taskCount"],
            }
            for item in body["objects"]
        ],
        "total": body["totalObjects"],
    }


def _balance_advice(_version: str, body: Fields) -> Fields:
    return {
        "worker": name(body["workerId"]),
        "task_ids": [identity(task) for task in body["taskIds"]],
        "more": 0,
    }


def _graph_task(_version: str, body: Fields) -> Fields:
    return {
        "graph_task_id": identity(body["graphTaskId"]),
        "task_id": identity(body["taskId"]),
        "kind": _named(body["nodeTaskType"], ["normal", "target"]),
        "parent_task_ids": [identity(task) for task in body["parentTaskIds"]],
        "more": 0,
    }


def _scheduler(version: str, body: Fields) -> Fields:
    told = version not in EMPTY_PAIRS
    scaling = body["scalingManager"]
    groups = scaling.get("managedWorkers", scaling.get("workerGroups"))
    return {
        "cpu_permille": body["scheduler"]["cpu"],
        "rss_bytes": body["scheduler"]["rss"],
        "rss_free_bytes": body["rssFree"],
        "sent": _messages(body["binder"]["sent"]) if told else None,
        "received": _messages(body["binder"]["received"]) if told else None,
        "clients": _clients(body["clientManager"]) if told else None,
        "objects": body["objectManager"]["numberOfObjects"],
        "storage": _storage(body["objectManager"].get("storage")),
        "task_states": _states(body["taskManager"]["stateToCount"]) if told else None,
        "workers": _workers(body["workerManager"]["workers"], version),
        "manager_workers": {
            name(pair.get("workerManagerID", pair.get("workerGroupID"))): [
                name(worker) for worker in pair["workerIDs"]
            ]
            for pair in groups
        },
        "managers": _managers(scaling.get("workerManagerDetails")),
    }


def _messages(pairs: list[Fields]) -> dict[str, int]:
    return {clean(pair["client"]): pair["number"] for pair in pairs}


def _states(pairs: list[Fields]) -> dict[str, int]:
    return {_named({"raw": pair["state"]}, STATES, "state<{}>"): pair["count"] for pair in pairs}


def _clients(clients: Fields) -> list[Fields]:
    rows: list[Fields] = clients["clients"] if "clients" in clients else clients["clientToNumOfTask"]
    return [
        {
            "client": name(row["clientId"] if "clientId" in row else row["client"]),
            "tasks": row["numTask"],
            "host": clean(row["hostname"]) if "hostname" in row else None,
            "cpu_permille": row.get("resource", {}).get("cpu"),
            "rss_bytes": row.get("resource", {}).get("rss"),
            "latency_microseconds": row.get("latencyMicroseconds"),
            "connected_seconds": row.get("connectedSeconds"),
            "last_seen_seconds": row.get("lastSeenSeconds"),
        }
        for row in rows
    ]


def _storage(storage: Fields | None) -> Fields | None:
    if storage is None:
        return None
    return {
        "objects": storage["objectCount"],
        "unique_objects": storage["uniqueCount"],
        "total_bytes": storage["totalBytes"],
        "pending_requests": storage["pendingRequests"],
        "pending_objects": storage["pendingObjects"],
        "oldest_pending_seconds": storage["oldestPendingSeconds"],
    }


def _managers(rows: list[Fields] | None) -> list[Fields] | None:
    if rows is None:
        return None
    return [
        {
            "manager": name(row["workerManagerID"]),
            "identity": clean(row["identity"]),
            "last_seen_seconds": row.get("lastSeenSeconds", row.get("lastSeenS")),
            "max_task_concurrency": row["maxTaskConcurrency"],
            "capabilities": clean(row["capabilities"]),
            "pending_workers": row.get("pendingWorkers"),
        }
        for row in rows
    ]


def _column(rows: list[Fields], *names: str) -> list[Any] | None:
    """Return one field of each row, under the release's name for it; None if it does not have it."""
    for key in names:
        if rows and key in rows[0]:
            return [row[key] for row in rows]
    return None


def _workers(rows: list[Fields], version: str) -> Fields:
    processors = [item for row in rows for item in row["processorStatuses"]]
    first = [0]
    for row in rows:
        first.append(first[-1] + len(row["processorStatuses"]))
    tasks, hosts = _column(processors, "currentTaskId"), _column(rows, "hostname")
    return {
        "worker": [name(row["workerId"]) for row in rows],
        "host": None if hosts is None else [clean(host) for host in hosts],
        "itl": [clean(_beginning(row["itl"])) for row in rows],
        "agent_cpu_permille": [row["agent"]["cpu"] for row in rows],
        "agent_rss_bytes": [row["agent"]["rss"] for row in rows],
        "rss_free_bytes": [row["rssFree"] for row in rows],
        "free": [row["free"] for row in rows],
        "sent": [row["sent"] for row in rows],
        "queued": [row["queued"] for row in rows],
        "suspended": [row["suspended"] for row in rows],
        "lag_microseconds": _column(rows, "lagMicroseconds", "lagUS") or [],
        "last_seen_seconds": _column(rows, "lastSeenSeconds", "lastS") or [],
        "memory_limit_bytes": _column(rows, "memLimit"),
        "net_sent_bytes": _column(rows, "netSentBytes"),
        "net_received_bytes": _column(rows, "netRecvBytes"),
        "first_processor": first,
        "processors": {
            "pid": [row["pid"] for row in processors],
            "cpu_permille": [row["resource"]["cpu"] for row in processors],
            "rss_bytes": [row["resource"]["rss"] for row in processors],
            "initialized": [row["initialized"] for row in processors],
            "has_task": [row["hasTask"] for row in processors],
            "suspended": [row["suspended"] for row in processors],
            "task_id": None if tasks is None else [identity(task) for task in tasks],
            "task_age_seconds": _column(processors, "taskAgeSeconds"),
        },
    }


_MEMBERS = {
    "stateTask": _task,
    "stateWorker": _worker,
    "stateObject": _object,
    "stateBalanceAdvice": _balance_advice,
    "stateGraphTask": _graph_task,
    "stateScheduler": _scheduler,
}


def _beginning(itl: str | bytes) -> bytes:
    raw = itl if isinstance(itl, bytes) else itl.encode("utf-8", "surrogatepass")
    return raw if len(raw) <= 16 else raw[:13] + b"..."
