"""The JSON document, schema 1: names contain units; unknown values are null, never 0."""

from __future__ import annotations

from typing import Any

from scaler_monitor.export.json_findings import describe_findings
from scaler_monitor.export.json_fleet import describe_machines, describe_managers, describe_workers
from scaler_monitor.export.json_tables import describe_other_tables
from scaler_monitor.export.json_values import percent
from scaler_monitor.export.json_work import (
    describe_clients,
    describe_departed_clients,
    describe_functions,
    describe_latest_events,
    describe_latest_tasks,
    describe_objects,
    describe_storage,
)
from scaler_monitor.findings.tracker import FindingsTracker
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Status, ViewerHealth
from scaler_monitor.query.overview import queued_tasks, running_tasks

SCHEMA = 1


def document(
    cluster: ClusterState,
    status: Status,
    now: float,
    viewer: ViewerHealth | None = None,
    findings: FindingsTracker | None = None,
) -> dict[str, Any]:
    """Return the document at unix time `now`, with complete ids and the wire's names of states and events.

    `viewer` is the resource usage of the requesting program; `findings` has observed `cluster`.
    """
    scheduler = cluster.scheduler
    described: dict[str, Any] = {
        "schema": SCHEMA,
        "time": now,
        "source": _source(status, viewer or ViewerHealth())
        | {
            "events_left_out": cluster.events.left_out,
            "spans_left_out": cluster.timeline.unplaced,
        },
        "scheduler": {
            "cpu_percent": percent(scheduler.cpu_permille),
            "rss_bytes": scheduler.rss_bytes,
            "rss_free_bytes": scheduler.rss_free_bytes,
        },
        "tasks": {
            "states": cluster.states.reported,
            "open": cluster.states.open,
            "seen": dict(cluster.states.seen),
            "overdue": cluster.overdue_count(),
            "inactive": cluster.states.inactive,
            "queued": queued_tasks(cluster),
            "running": running_tasks(cluster),
        },
        "messages": {
            "sent": cluster.messages.sent.totals,
            "received": cluster.messages.received.totals,
        },
        "workers": describe_workers(cluster),
        "managers": describe_managers(cluster, now),
        "machines": describe_machines(cluster, now),
        "clients": describe_clients(cluster, now),
        "departed_clients": describe_departed_clients(cluster),
        "functions": describe_functions(cluster, now),
        "storage": describe_storage(cluster.objects.storage),
        "objects": describe_objects(cluster, now),
        "objects_total": cluster.objects.count,
        "latest_tasks": describe_latest_tasks(cluster, now),
        "latest_events": describe_latest_events(cluster, now),
    }
    described |= describe_findings(findings)
    return described | describe_other_tables(cluster, now, described)


def _source(status: Status, viewer: ViewerHealth) -> dict[str, Any]:
    return {
        "address": status.address,
        "wire": status.wire,
        "generation": status.generation,
        "connected": status.connected,
        "report_age_seconds": status.report_age_seconds,
        "frames": status.frames,
        "malformed": status.malformed,
        "refused": status.refused,
        "dropped": status.dropped,
        "cut": status.cut,
        "state": status.word,
        "problem": status.problem or None,
        "events_per_second": status.events_per_second,
        "queue_age_seconds": status.queue_age_seconds,
        "connects": status.connects,
        "watching_since": status.started,
        "collector_cpu_percent": status.collector_cpu_percent,
        "collector_rss_bytes": status.collector_rss_bytes,
        "viewer_cpu_percent": viewer.cpu_percent,
        "viewer_rss_bytes": viewer.rss_bytes,
        "terminal_bytes_per_second": viewer.terminal_bytes_per_second,
    }
