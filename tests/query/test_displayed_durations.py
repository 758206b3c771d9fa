"""Durations without a profile are approximate: from reports and messages about the task."""

from __future__ import annotations

import pytest
from tests.model.worlds import number, report, task
from tests.present import present
from tests.query.tables_of import cell, column
from tests.scenario import START, status_at

from scaler_monitor.export.json_document import document
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.format import durations
from scaler_monitor.protocol.page import FigureQuestion, Question, TableQuestion
from scaler_monitor.query.answer import answer_question
from scaler_monitor.query.entity_facts import describe_facts
from scaler_monitor.query.table_page import table_page


def ran(state: str, seconds: float | None = None) -> ClusterState:
    """Return a task that a report showed on a processor, and that ended 1.4567 s later."""
    model = ClusterModel(START)
    cluster = model.state
    model.apply(task(1), START + 1)
    model.apply(report({"w0": [number(1)]}), START + 2)
    model.apply(task(1, state, worker="", seconds=seconds), START + 3.4567)
    model.tick(START + 4)
    return cluster


def told(cluster: ClusterState) -> str:
    """Return the duration in the task log."""
    (value,) = column((cluster, None, START + 4), "tasks", "duration")
    return cell("tasks", "duration", value)


@pytest.mark.parametrize("state", ["canceled", "canceledNotFound", "failedWorkerDied"])
def test_the_duration_of_a_task_without_a_profile_is_approximate(state: str) -> None:
    cluster = ran(state)
    assert told(cluster) == "~1.5s"
    facts = dict(describe_facts(cluster, "task", number(1).hex(), START + 4))
    assert facts["duration"] == "~1.5s"
    (row,) = document(cluster, status_at(cluster, START), START + 4)["latest_tasks"]
    assert row["duration_seconds"] == pytest.approx(1.4567, abs=1e-3)
    assert row["duration_source"] == "processors"
    found = table_page(cluster, TableQuestion("tasks", filter="duration>1s"), START + 4)
    assert found.matched == 1
    question = FigureQuestion("stream", 100, rows=9, window_seconds=4, cursor_row="w0", cursor_cell=60)
    answer = answer_question(
        cluster, status_at(cluster, START), Question("v", figures=(question,)), START + 4
    )
    assert dict(present(present(answer.figures)[0].stream).cursor_facts)["duration"] == "~1.5s"


def test_the_duration_of_a_task_with_a_profile_is_exact() -> None:
    cluster = ran("success", 1.2345)
    assert told(cluster) == "1.23s"
    (row,) = document(cluster, status_at(cluster, START), START + 4)["latest_tasks"]
    assert (row["duration_seconds"], row["duration_source"]) == (1.2345, "profile")


def test_the_duration_of_a_running_task_is_approximate() -> None:
    model = ClusterModel(START)
    cluster = model.state
    model.apply(task(1), START + 1)
    assert told(cluster) == "-"
    model.apply(report({"w0": [number(1)]}, age=1), START + 2)
    assert told(cluster) == "~3.0s"


def test_approximate_durations_keep_their_maximum_width() -> None:
    assert [
        durations.format_approximate(value)
        for value in (None, -1, 0.04, 9.94, 9.96, 59.7, 3599.9, 86_400 * 120)
    ] == [
        *("-", "~0.0s", "~0.0s", "~9.9s", "~10s", "~1m00s", "~1h00m", "~120d"),
    ]
    assert durations.format_task_duration((1.5, None)) == "~1.5s"
