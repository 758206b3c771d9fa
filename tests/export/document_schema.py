"""The schema of the JSON document, version 1: names and types of all fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NUMBER = (int, float)


COUNTED = dict.fromkeys(("submitted", "open", "finished", "failed", "canceled", "missed"), int)


SCHEMA = {
    "schema": int,
    "time": NUMBER,
    "source": {
        "address": str,
        "wire": str,
        "generation": int,
        "connected": bool,
        "state": str,
        "problem": str,
        "report_age_seconds": NUMBER,
        "frames": int,
        "malformed": int,
        "refused": int,
        "dropped": int,
        "cut": int,
        "events_per_second": NUMBER,
        "queue_age_seconds": NUMBER,
        "connects": int,
        "collector_cpu_percent": NUMBER,
        "collector_rss_bytes": int,
        "events_left_out": int,
        "spans_left_out": int,
        "watching_since": NUMBER,
        "viewer_cpu_percent": NUMBER,
        "viewer_rss_bytes": int,
        "terminal_bytes_per_second": NUMBER,
    },
    "scheduler": {"cpu_percent": float, "rss_bytes": int, "rss_free_bytes": int},
    "tasks": {
        "states": dict,
        "open": int,
        "seen": dict,
        "overdue": int,
        "inactive": int,
        "queued": int,
        "running": int,
    },
    "messages": {"sent": dict, "received": dict},
    "workers": [
        {
            "id": str,
            "manager": str,
            "host": str,
            "agent_cpu_percent": float,
            "agent_rss_bytes": int,
            "cpu_percent": float,
            "rss_bytes": int,
            "rss_free_bytes": int,
            "memory_limit_bytes": int,
            "free": int,
            "sent": int,
            "queued": int,
            "waiting": int,
            "suspended": int,
            "lag_microseconds": int,
            "last_seen_seconds": int,
            "itl": str,
            "net_sent_bytes": int,
            "net_received_bytes": int,
            "capabilities": list,
            "processors": [
                {
                    "pid": int,
                    "cpu_percent": float,
                    "rss_bytes": int,
                    "peak_rss_bytes": int,
                    "initialized": bool,
                    "has_task": bool,
                    "suspended": bool,
                    "task_id": str,
                    "task_age_seconds": int,
                    "function": str,
                    "overdue_times": float,
                }
            ],
        }
    ],
    "managers": [
        {
            "id": str,
            "identity": str,
            "workers": int,
            "pending_workers": int,
            "max_task_concurrency": int,
            "capabilities": list,
            "last_seen_seconds": int,
            "cpu_percent": float,
            "rss_bytes": int,
            "agent_cpu_percent": float,
            "agent_rss_bytes": int,
            "free": int,
            "sent": int,
            "queued": int,
            "suspended": int,
        }
    ],
    "machines": [
        {
            "host": str,
            "workers": int,
            "busy_workers": int,
            "idle_workers": int,
            "managers": list,
            "cpu_percent": float,
            "rss_bytes": int,
            "agent_cpu_percent": float,
            "agent_rss_bytes": int,
            "rss_free_bytes": int,
            "workers_memory_percent": float,
            "queued": int,
            "sent": int,
            "net_sent_bytes": int,
            "net_received_bytes": int,
            "last_seen_seconds": int,
        }
    ],
    "clients": [
        {
            "id": str,
            "tasks": int,
            "host": str,
            "cpu_percent": float,
            "rss_bytes": int,
            "latency_microseconds": int,
            "connected_seconds": int,
            "last_seen_seconds": int,
            **COUNTED,
            "listed_objects": int,
            "listed_object_bytes": int,
        }
    ],
    "departed_clients": [{"id": str, **COUNTED}],
    "functions": [
        {
            "name": str,
            "names": int,
            "names_left_out": bool,
            "running": int,
            "inactive": int,
            "missed": int,
            "ended_per_second": NUMBER,
            "time_share_percent": float,
            "workers": int,
            "workers_left_out": bool,
            "clients": int,
            "clients_left_out": bool,
            "success": int,
            "failed": int,
            "canceled": int,
            "duration_p50_seconds": float,
            "duration_p95_seconds": float,
            "duration_max_seconds": float,
            "memory_peak_bytes": int,
            "tasks": int,
            "failure_percent": float,
            "recent_failure_percent": float,
        }
    ],
    "storage": {
        "objects": int,
        "unique_objects": int,
        "bytes": int,
        "pending_requests": int,
        "pending_objects": int,
        "oldest_pending_seconds": int,
    },
    "objects": [
        {"id": str, "name": str, "type": str, "size_bytes": int, "tasks": int, "client": str},
    ],
    "objects_total": int,
    "latest_tasks": [
        {
            "id": str,
            "first_seen": NUMBER,
            "function": str,
            "status": str,
            "duration_seconds": NUMBER,
            "duration_source": str,
            "cpu_seconds": NUMBER,
            "memory_growth_bytes": int,
            "object_bytes": int,
            "worker": str,
            "client": str,
            "capabilities": list,
        }
    ],
    "latest_events": [
        {
            "time": NUMBER,
            "task_id": str,
            "status": str,
            "event": str,
            "function": str,
            "worker": str,
            "client": str,
            "detail": str,
        }
    ],
    "findings": [
        {
            "id": str,
            "rule": str,
            "severity": str,
            "since": NUMBER,
            "ended": NUMBER,
            "subject_kind": str,
            "subject": str,
            "text": str,
            "evidence": dict,
            "compared": list,
            "advice": str,
            "merged": list,
            "acknowledged_until": NUMBER,
        }
    ],
    "rules": [{"rule": str, "state": str, "reason": str}],
    "drain": {
        "arrivals_per_second": NUMBER,
        "endings_per_second": NUMBER,
        "seconds": list,
        "state": str,
    },
}


def paths(schema: Any, path: str = "") -> Iterator[str]:
    """Yield every field without inner fields, as in the documentation."""
    if isinstance(schema, dict):
        for key, inner in schema.items():
            yield from paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(schema, list):
        yield from paths(schema[0], f"{path}[]")
    else:
        yield path


def unknown(value: Any, schema: Any, path: str = "$") -> set[str]:
    """Return the paths of null values; assert that all others match the schema."""
    if value is None:
        return {path}
    if isinstance(schema, dict):
        assert schema.keys() == value.keys(), path
        return set().union(*(unknown(value[key], inner, f"{path}.{key}") for key, inner in schema.items()))
    if isinstance(schema, list):
        assert isinstance(value, list), path
        return set().union(*(unknown(item, schema[0], f"{path}[]") for item in value))
    assert isinstance(value, schema), (path, value)
    assert not isinstance(value, bool) or schema is bool, (path, value)
    return set()
