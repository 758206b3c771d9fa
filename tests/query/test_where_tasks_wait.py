"""Inactive tasks wait at the scheduler, queued ones at a worker, running ones are on a processor."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.model.worlds import number, report, task
from tests.scenario import START, build_cluster, status_at

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.objects import Storage
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.query.table_page import table_page
from scaler_monitor.ui.figures.styled_text import line_text
from scaler_monitor.ui.tabs.overview_lines import storage_line, tasks_line
from scaler_monitor.ui.top.sections import tasks_section
from scaler_monitor.ui.top.top_head import TopHead


def stuck(busy: bool = False) -> ClusterState:
    """Return a cluster with 300 tasks waiting at the scheduler; its only worker is idle, or busy."""
    model = ClusterModel(START)
    cluster = model.state
    running = number(1) if busy else b""
    said = report({"w0": [running]}, states={"inactive": 300, "running": int(busy)})
    columns = dataclasses.replace(said.workers, queued=np.zeros(1, np.uint32))
    model.apply(dataclasses.replace(said, workers=columns), START + 1)
    return cluster


def shown(cluster: ClusterState, table: str, key: str) -> list[object]:
    """Return a column of a table."""
    found = table_page(cluster, TableQuestion(table), START + 2)
    return [row[TABLES[table].index(key)] for row in found.rows]


def head_line(cluster: ClusterState, width: int) -> list[tuple[str, str]]:
    """Return the totals line of the top view, as parts with their styles."""
    head = TopHead()
    head.set_reactive(TopHead.overview, describe_overview(cluster, START + 2))
    return head._totals(width)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_totals_line_counts_inactive_tasks(width: int) -> None:
    parts = head_line(stuck(), width)
    assert ("300 inactive", "top-head--warn") in parts
    assert ("0 queued", "top-head--label") in parts
    assert sum(len(text) for text, _ in parts) <= width


def test_it_is_a_warning_only_while_a_processor_is_idle() -> None:
    assert ("300 inactive", "top-head--totals") in head_line(stuck(busy=True), 80)
    empty_model = ClusterModel(START)
    empty = empty_model.state
    empty_model.apply(report({}, states={"inactive": 300}), START + 1)
    assert ("300 inactive", "top-head--warn") in head_line(empty, 80)  # no worker at all
    fresh_model = ClusterModel(START)
    fresh = fresh_model.state
    fresh_model.apply(report({"w0": []}, states={"inactive": 300}), START + 1)
    assert ("300 inactive", "top-head--warn") in head_line(fresh, 80)  # none that has a processor
    calm_model = ClusterModel(START)
    calm = calm_model.state
    calm_model.apply(report({"w0": [b""]}, states={"inactive": 0}), START + 1)
    assert ("0 inactive", "top-head--totals") in head_line(calm, 80)
    silent_model = ClusterModel(START)
    silent = silent_model.state
    silent_model.apply(report({"w0": [b""]}), START + 1)
    assert ("- inactive", "top-head--totals") in head_line(silent, 80)  # the release does not count


def test_live_counts_it_too() -> None:
    line = tasks_line(describe_overview(stuck(), START + 2), 80)
    told = " ".join(line_text(line).split())
    assert told.startswith("tasks inactive 300 queued 0 running 0 done ")
    assert [span.colour for span in line if span.text == "300"] == ["warn"]
    calm = tasks_line(describe_overview(stuck(busy=True), START + 2), 80)
    assert [span.colour for span in calm if span.text == "300"] == [""]
    assert "running 1 " in line_text(calm)


@pytest.mark.parametrize("width", [60, 80, 160])
def test_the_text_counts_it_too(width: int) -> None:
    cluster = stuck(busy=True)
    described = document(cluster, status_at(cluster, START), START + 2)
    line = "Tasks 300 inactive at the scheduler, 0 queued at workers, 1 running"
    assert line[:width].rstrip() in text_report(described, width)
    assert described["tasks"]["open"] == 301
    assert "running (sent)" in text_report(described, width)


def test_what_the_scheduler_calls_running_is_labelled_as_sent() -> None:
    labels = [figure.label for figure in tasks_section(describe_overview(stuck(), START)).figures]
    assert labels == ["inactive", "running (sent)"]
    assert [column.title for column in TABLES["functions"].columns if column.key == "running"] == ["sent"]


def test_event_log_and_task_log_have_the_same_states() -> None:
    """A task that was sent to a worker and is on no processor is queued; its event is sent."""
    cluster = stuck()
    ClusterModel.of(cluster).apply(task(7), START + 1.5)
    assert shown(cluster, "tasks", "status") == ["queued"]
    assert shown(cluster, "events", "status") == ["sent"]
    ClusterModel.of(cluster).apply(report({"w0": [number(7)]}), START + 2)
    assert shown(cluster, "tasks", "status") == ["running"]
    assert shown(cluster, "events", "status") == ["running", "sent"]
    assert shown(cluster, "functions", "running") == [1]


@pytest.mark.parametrize("state", ["canceling", "balanceCanceling"])
def test_tasks_requested_back_from_a_silent_worker_still_wait_there(state: str) -> None:
    """Nine were sent; the balancer requests three of them, and a dead agent never answers."""
    model = ClusterModel(START)
    cluster = model.state
    said = report({"w0": [b""]}, last_seen=40)
    columns = dataclasses.replace(said.workers, queued=np.zeros(1, np.uint32))
    model.apply(dataclasses.replace(said, workers=columns), START + 1)
    model.apply_many([task(n) for n in range(9)], START + 2)
    model.apply_many([task(n, state) for n in range(3)], START + 3)
    assert shown(cluster, "processors", "waiting") == [9]
    assert document(cluster, status_at(cluster, START), START)["workers"][0]["waiting"] == 9
    model.apply_many([task(n, "inactive") for n in range(3)], START + 4)
    assert shown(cluster, "processors", "waiting") == [6]


def test_waiting_requests_and_their_objects_are_counted_separately() -> None:
    cluster, status, now = build_cluster(30)
    cluster.objects.storage = Storage(10, 8, 1 << 20, 5, 3, 7)
    overview = describe_overview(cluster, now)
    assert "waiting 5 (3 objects), 7s" in line_text(storage_line(overview, 120))
    words = text_report(document(cluster, status, now)).split()
    assert (words[words.index("storage_wait") + 1], words[words.index("wait_objs") + 1]) == ("5", "3")
    assert document(cluster, status, now)["storage"]["pending_objects"] == 3


def test_memory_of_the_fleet_is_the_sum_of_its_machines() -> None:
    """The sums include the agents, whose part is shown too."""
    cluster, status, now = build_cluster()
    overview = describe_overview(cluster, now)
    machines = document(cluster, status, now)["machines"]
    assert overview.worker_rss_bytes == sum(machine["rss_bytes"] for machine in machines)
    assert overview.agent_rss_bytes == sum(machine["agent_rss_bytes"] for machine in machines)
    assert overview.worker_rss_history[-1][1] == overview.worker_rss_bytes
    cpu = sum(machine["cpu_percent"] for machine in machines)
    assert cluster.history.fleet_cpu.seconds(now, now + 1)[1][-1] / 10 == pytest.approx(cpu)
    told = "".join(text for text, _ in head_line(cluster, 200))
    assert "13.5G held by workers (agents 643M)" in told
