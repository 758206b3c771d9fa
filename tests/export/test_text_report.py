"""The text of `--once` and `--batch`: the top view, and the tables of the tabs."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from tests.query.tables_of import World
from tests.scenario import START, BuiltCluster, build_cluster, status_at

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report
from scaler_monitor.export.text_tabs import ROWS, text_questions, text_tabs
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.query.table_page import table_page
from scaler_monitor.wire.event import TASK_STATES, StateTask

WIDTHS = (60, 80, 100, 120, 160, 220)


@pytest.fixture(scope="module")
def world() -> BuiltCluster:
    return build_cluster()


@pytest.fixture(scope="module")
def described(world: BuiltCluster) -> dict[str, Any]:
    cluster, status, now = world
    described: dict[str, Any] = json.loads(json.dumps(document(cluster, status, now), allow_nan=False))
    return described


def tabs(world: World, width: int) -> str:
    cluster, _, now = world
    return text_tabs((table_page(cluster, question, now) for question in text_questions()), width)


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_its_width_and_has_every_section(described: dict[str, Any], width: int) -> None:
    text = text_report(described, width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    sections = ("scheduler", "object_manager", "task_manager", "scheduler_sent", "scheduler_received")
    for title in (*sections, "client_manager", "func_to_num_tasks"):
        assert title in text
    assert "Total 3 manager(s) with 11 worker(s), 3 pending, 1 silent" in lines
    assert text.isascii()
    for worker in described["workers"]:
        assert worker["id"][:18] in text


def test_it_has_the_text_of_the_documented_screen(described: dict[str, Any]) -> None:
    lines = text_report(described, 160).splitlines()
    titles = ["scheduler", "object_manager", "task_manager", "scheduler_sent", "scheduler_received"]
    assert lines[3].replace("|", "").split() == titles
    header = next(line for line in lines if line.startswith("manager")).split()
    assert header[:7] == ["manager", "worker", "agt_cpu", "agt_rss", "cpu", "rss", "rss_free"]
    assert header[7:13] == ["free", "sent", "queued", "suspended", "lag", "ITL"]
    assert any("(12s) " in line for line in lines)


@pytest.mark.parametrize("width", [100, 160])
def test_task_states_are_in_the_order_of_a_tasks_life(described: dict[str, Any], width: int) -> None:
    words = text_report(described, width).split()
    places = [words.index(state) for state in TASK_STATES if state in described["tasks"]["states"]]
    assert places == sorted(places)


def test_without_counts_of_the_scheduler_seen_states_are_shown(described: dict[str, Any]) -> None:
    counted = described | {"tasks": described["tasks"] | {"states": None, "seen": {"success": 7}}}
    assert "success (seen) 7" in text_report(counted, 160)


def test_it_has_its_time_and_the_start_of_counting(described: dict[str, Any]) -> None:
    text = text_report(described, 160)
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(described["time"]))
    assert text.startswith(f"{at} LIVE tcp://scheduler.example:6380 ymq\n")
    since = format_time(described["source"]["watching_since"])
    assert f"func_to_num_tasks since {since}" in text


def test_the_connection_problem_is_complete(described: dict[str, Any]) -> None:
    problem = "tcp://scheduler.example:6380: connection refused: is the scheduler running?"
    broken = described | {"source": described["source"] | {"state": "DISCONNECTED", "problem": problem}}
    lines = text_report(broken, 60).splitlines()
    assert "DISCONNECTED" in lines[0]
    assert problem in " ".join(lines[:6])


def test_names_are_complete_if_they_fit(described: dict[str, Any]) -> None:
    narrow, wide = text_report(described, 80), text_report(described, 220)
    for name in (worker["id"] for worker in described["workers"]):
        assert f"{name} " in wide
    for client in described["clients"]:
        assert f"{client['id']} " in wide
        assert f"{client['id']} " in narrow  # they stand below the workers there


def test_names_of_other_alphabets_survive() -> None:
    model = ClusterModel(START)
    cluster = model.state
    model.apply(StateTask(b"1" * 16, "цена_опциона", "running", "w", None, None, None, None, None), START)
    described = document(cluster, status_at(cluster, START), START)
    assert described["functions"][0]["name"] == "цена_опциона"
    assert "цена_опциона" in text_report(described)


def test_an_unknown_cluster() -> None:
    model = ClusterModel(START)
    cluster = model.state
    assert "Total -" in text_report(document(cluster, status_at(cluster, START), START))
    assert "Tasks (0)" in tabs((cluster, None, START), 80)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_tables_of_the_tabs_fit_their_width(world: BuiltCluster, width: int) -> None:
    text = tabs(world, width)
    assert max(map(len, text.splitlines())) <= width
    assert text.isascii()


def test_each_tab_shows_its_first_rows_and_their_number(world: BuiltCluster) -> None:
    parts = tabs(world, 220).strip("\n").split("\n\n")
    tables = [question.table for question in text_questions()]
    told = dict(zip(tables, (part.splitlines() for part in parts), strict=True))
    assert told["managers"][0] == "Worker managers (3)"
    assert told["tasks"][0].startswith(f"Tasks ({ROWS} of ")
    assert told["tasks"][0].endswith(" by time, descending)")
    assert all(len(lines) <= 2 + ROWS for lines in told.values())
    assert "p95" in told["functions"][1].split()
    times = [line.split()[0] for line in told["tasks"][2:]]
    assert times == sorted(times, reverse=True)
