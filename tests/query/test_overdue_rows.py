"""Overdue tasks are marked in all tables, and can be filtered."""

from __future__ import annotations

from typing import Any

import pytest
from tests.model.worlds import number, report, task
from tests.query.tables_of import World, cell, column, page, tone

from scaler_monitor.collector.in_process import live_status
from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.entity_facts import describe_facts
from scaler_monitor.query.overview import describe_overview

NOW = 100.0


@pytest.fixture(scope="module")
def world() -> World:
    """Return a cluster in which task 0 runs for 44 s, and usually takes 4.5 s; other tasks wait."""
    model = ClusterModel(0.0)
    cluster = model.state
    for n in range(10, 40):
        model.apply_many([task(n), task(n, "success", worker="", seconds=4.5)], 1.0)
    model.apply_many([task(0), task(1, worker="w1"), task(2)], 56.0)
    model.apply(report({"w0": [b"", number(0)], "w2": [b""]}, age=44), NOW)
    return cluster, None, NOW


def shown(world: World, table: str, key: str, **how: Any) -> set[tuple[str, str]]:
    """Return text and tone of each row's cell."""
    values = column(world, table, key, **how)
    return {(cell(table, key, value), tone(table, key, value)) for value in values}


def test_its_age_is_marked_in_every_table(world: World) -> None:
    assert shown(world, "processors", "task_age") == {("!44s", "bad"), ("-", "")}
    assert shown(world, "workers", "task_age") == {("!44s", "bad"), ("-", "")}
    running = shown(world, "tasks", "duration", filter="status:running")
    assert running == {("!44.0s", "bad")}
    assert shown(world, "tasks", "duration", filter="success") == {("4.50s", "")}


def test_a_warning_becomes_bad_after_some_time() -> None:
    shown = [None, 4.1, 8.0, 9.8]
    assert [tone("tasks", "over", value) for value in shown] == ["", "warn", "warn", "bad"]
    assert [cell("tasks", "over", value) for value in (None, 4.1, 9.8, 123.4)] == [
        "-",
        "4.1x",
        "9.8x",
        "123x",
    ]


@pytest.mark.parametrize("table", ["processors", "workers", "tasks"])
def test_it_is_found_by_its_factor(world: World, table: str) -> None:
    for text in ("over>4", "over>9x", "over>0"):
        assert page(world, table, filter=text).matched == 1, text
    assert page(world, table, filter="over>50").matched == 0
    first = page(world, table, sort="over").ids[0]
    assert first == page(world, table, filter="over>0").ids[0]


def test_ages_still_sort_and_filter_as_seconds(world: World) -> None:
    assert page(world, "processors", filter="for>43s for<45s").matched == 1
    assert page(world, "processors", filter="for:44s").matched == 1
    ages = column(world, "processors", "task_age", sort="task_age")
    assert ages[0][0] == 44.0
    assert set(ages[1:]) == {None}


def test_a_folded_worker_shows_the_worst_of_its_processors(world: World) -> None:
    folded = page(world, "processors", folded=("w0",), filter="worker:w0")
    (row,) = folded.rows
    at = TABLES["processors"].index
    assert row[at("task_age")] == (44.0, row[at("over")])
    assert row[at("over")] == pytest.approx(9.8, abs=0.3)


def test_its_page_has_the_usual_duration(world: World) -> None:
    cluster, _, now = world
    facts = dict(describe_facts(cluster, "task", number(0).hex(), now))
    assert facts["usual"].startswith("95 of 100 of its function take less than 4.")
    assert "this one 9." in facts["usual"]
    assert "this one" not in dict(describe_facts(cluster, "task", number(2).hex(), now))["usual"]
    fresh_model = ClusterModel(0.0)
    fresh = fresh_model.state
    fresh_model.apply(task(0), 1.0)
    assert dict(describe_facts(fresh, "task", number(0).hex(), 2.0))["usual"] == "-"


def test_the_summary_counts_them(world: World) -> None:
    cluster, _, now = world
    assert describe_overview(cluster, now).overdue_tasks == 1
    assert describe_overview(ClusterState(0.0), 0.0).overdue_tasks is None
    described = document(cluster, live_status(now), now)
    assert described["tasks"]["overdue"] == 1
    assert "2 worker(s), 1 overdue\n" in text_report(described, 160)
