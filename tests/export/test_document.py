"""The JSON document, compared with its schema and the model."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.export.document_schema import SCHEMA, paths, unknown
from tests.model.worlds import report
from tests.present import present
from tests.scenario import START, BuiltCluster, build_cluster, status_at

from scaler_monitor.export.json_document import document
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import ViewerHealth
from scaler_monitor.wire.event import ClientStatus, ManagerStatus, StateTask

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "JSON.md"


OF_ENDED_TASKS = (
    "duration_seconds",
    "duration_source",
    "cpu_seconds",
    "memory_growth_bytes",
)


OF_NO_FINDINGS = ("$.drain.arrivals_per_second", "$.drain.endings_per_second", "$.drain.seconds")


@pytest.fixture(scope="module")
def world() -> BuiltCluster:
    return build_cluster()


@pytest.fixture(scope="module")
def described(world: BuiltCluster) -> dict[str, Any]:
    cluster, status, now = world
    viewer = ViewerHealth(cpu_percent=1.5, rss_bytes=70_000_000, terminal_bytes_per_second=900.0)
    described: dict[str, Any] = json.loads(
        json.dumps(document(cluster, status, now, viewer), allow_nan=False)
    )
    return described


def test_it_matches_the_schema(described: dict[str, Any]) -> None:
    """Capabilities of a worker that connected earlier and the task of an idle processor are unknown."""
    assert unknown(described, SCHEMA) == {
        "$.source.problem",
        *OF_NO_FINDINGS,
        "$.workers[].capabilities",
        "$.workers[].processors[].task_id",
        "$.workers[].processors[].task_age_seconds",
        "$.workers[].processors[].function",
        "$.workers[].processors[].overdue_times",
        *(f"$.latest_tasks[].{name}" for name in OF_ENDED_TASKS),
        *(f"$.latest_events[].{name}" for name in ("event", "worker", "detail")),
    }
    assert described["schema"] == 1
    assert len(described["workers"]) == 11
    assert len(described["managers"]) == 3


def test_every_field_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `([^`]+)` \|", DOCUMENTATION.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(paths(SCHEMA))


def test_the_unknown_host_of_a_client_is_null() -> None:
    model = ClusterModel(START)
    cluster = model.state
    cluster.clients.apply((ClientStatus("client", 0, "", None, None, None, None, None),))
    assert document(cluster, status_at(cluster, START), START)["clients"][0]["host"] is None


def test_an_empty_cluster_has_the_same_shape_with_nulls() -> None:
    described = document(ClusterState(START), status_at(ClusterState(START), START), START)
    assert unknown(described, SCHEMA) == {
        "$.source.problem",
        *OF_NO_FINDINGS,
        "$.source.viewer_cpu_percent",
        "$.source.viewer_rss_bytes",
        "$.source.terminal_bytes_per_second",
        "$.workers",
        "$.machines",
        "$.clients",
        "$.objects",
        "$.tasks.states",
        "$.tasks.open",
        "$.tasks.overdue",
        "$.tasks.inactive",
        "$.tasks.queued",
        "$.tasks.running",
        "$.messages.sent",
        "$.messages.received",
        "$.storage",
        "$.objects_total",
        "$.scheduler.cpu_percent",
        "$.scheduler.rss_bytes",
        "$.scheduler.rss_free_bytes",
    }


def test_a_workers_figures_are_sums_over_its_processors(
    described: dict[str, Any], world: BuiltCluster
) -> None:
    cluster, _, _ = world
    columns = present(cluster.workers.columns)
    for at, worker in enumerate(described["workers"]):
        assert worker["id"] == columns.worker[at]
        assert worker["cpu_percent"] == pytest.approx(sum(p["cpu_percent"] for p in worker["processors"]))
        assert worker["rss_bytes"] == sum(p["rss_bytes"] for p in worker["processors"])
        assert len(worker["processors"]) == 2
        for processor in worker["processors"]:
            assert (processor["task_id"] is not None) == processor["has_task"]
            assert (processor["task_age_seconds"] is not None) == processor["has_task"]


def test_capabilities_of_an_earlier_worker_are_unknown(described: dict[str, Any]) -> None:
    """The scenario's first worker connected before the monitor did."""
    first, second = described["workers"][:2]
    assert first["capabilities"] is None
    assert second["capabilities"] == []


@pytest.mark.parametrize(
    ("said", "names"), [("", []), ("gpu", ["gpu"]), ("cpu gpu", ["cpu", "gpu"]), ("gpu, cpu", ["cpu", "gpu"])]
)
def test_capabilities_of_a_manager_are_a_list_too(said: str, names: list[str]) -> None:
    model = ClusterModel(START)
    cluster = model.state
    manager = ManagerStatus("m", "m", 0, 4, said, 0)
    model.apply(dataclasses.replace(report({"w0": []}, {"m": ("w0",)}), managers=(manager,)), START)
    assert document(cluster, build_cluster(1)[1], START)["managers"][0]["capabilities"] == names


def test_recent_failures_are_separate_from_all_failures() -> None:
    model = ClusterModel(START)
    cluster = model.state
    for second in range(40):
        task_id = bytes([second]) * 16
        state = "failed" if second >= 30 else "success"
        model.apply(StateTask(task_id, "f", "running", "w", None, None, None, None, None), START + second)
        model.apply(StateTask(task_id, "", state, "", None, None, None, None, None), START + second)
        model.tick(START + second)
    (function,) = document(cluster, status_at(cluster, START), START + 40)["functions"]
    assert function["failure_percent"] == pytest.approx(25)
    assert function["recent_failure_percent"] == pytest.approx(100)


def test_failed_and_canceled_include_related_states() -> None:
    model = ClusterModel(START)
    cluster = model.state
    for number, state in enumerate(("success", "failed", "failedWorkerDied", "canceled", "canceledNotFound")):
        task_id = bytes([number]) * 16
        model.apply(StateTask(task_id, "f", "running", "w", None, None, None, None, None), START)
        model.apply(StateTask(task_id, "", state, "", None, None, None, None, None), START + 1)
    (function,) = document(cluster, status_at(cluster, START), START + 1)["functions"]
    assert (function["success"], function["failed"], function["canceled"], function["running"]) == (
        1,
        2,
        2,
        0,
    )
    assert function["failure_percent"] == pytest.approx(200 / 3)
    assert function["recent_failure_percent"] is None
    assert function["duration_p50_seconds"] is None
    assert function["memory_peak_bytes"] is None


def test_states_are_counted_by_the_scheduler_and_seen_by_the_monitor(described: dict[str, Any]) -> None:
    assert described["tasks"]["states"]["success"] == described["tasks"]["seen"]["success"] == 742


def test_tasks_that_the_stream_cannot_show_are_counted() -> None:
    model = ClusterModel(START)
    cluster = model.state
    model.apply(StateTask(b"1" * 16, "f", "success", "", None, None, None, None, None), START)
    model.apply(StateTask(b"2" * 16, "f", "success", "w", None, None, None, None, None), START)
    model.tick(START + 1)
    assert document(cluster, status_at(cluster, START), START)["source"]["spans_left_out"] == 1
