"""The same frames, applied to the state of upstream's web page and to our model, give the same cluster."""

from __future__ import annotations

import json
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from tests.scenario import status_at

from scaler_monitor.demo.local_cluster import LocalCluster
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import TaskOnProcessor
from scaler_monitor.protocol.format.durations import format_duration
from scaler_monitor.protocol.page import FigureQuestion, Question, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.answer import answer_question
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import (
    FAILED_STATES,
    FINAL_STATES,
    StateBalanceAdvice,
    StateObject,
    StateScheduler,
    StateTask,
)
from scaler_monitor.wire.scheduler_feed import open_feed

pytestmark = pytest.mark.peer

ENOUGH_TASKS = 60
ENOUGH_REPORTS = 4
Rows = dict[str, dict[str, Any]]


def listen(address: str) -> list[bytes]:
    """Return frames of a period with ended tasks, reports, objects, and a report with a task on a processor
    that was sent there by a message.
    """
    feed, decoder, frames = open_feed(parse_address(address)), Decoder(), []
    reports = tasks = objects = found = 0
    running: set[bytes] = set()
    limit = time.monotonic() + 60
    try:
        while reports < ENOUGH_REPORTS or tasks < ENOUGH_TASKS or not objects or not found:
            assert time.monotonic() < limit, f"{reports} reports, {tasks} tasks: {feed.state.problem}"
            for frame in feed.read(1.0):
                frames.append(frame)
                event = decoder.decode(frame)
                objects += isinstance(event, StateObject)
                if isinstance(event, StateTask):
                    tasks += 1
                    (running.add if event.state == "running" else running.discard)(event.task_id)
                elif isinstance(event, StateScheduler):
                    reports += 1
                    found += len(running.intersection(event.workers.processors.task_id or ()))
    finally:
        feed.close()
    return frames


@pytest.fixture(scope="module")
def both(
    scheduler: LocalCluster, scaler_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], ClusterState]:
    """Return upstream's state and our model after the same frames."""
    frames = listen(scheduler.monitor_address)
    path = tmp_path_factory.mktemp("frames") / "frames.bin"
    path.write_bytes(b"".join(struct.pack("<Q", len(frame)) + frame for frame in frames))
    return after(path, scaler_python)


def after(path: Path, scaler_python: Path) -> tuple[dict[str, Any], ClusterState]:
    """Return upstream's state and our model after the frames of a file."""
    script = Path(__file__).with_name("gui_state.py")
    printed = subprocess.run([scaler_python, script, path], check=True, capture_output=True, timeout=60)
    now, decoder, data = time.time(), Decoder(), path.read_bytes()
    model = ClusterModel(now)
    cluster = model.state
    model.feed_changed(True, now)
    events, at = [], 0
    while at < len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        events.append(decoder.decode(data[at + 8 : at + 8 + size]))
        at += 8 + size
    model.apply_many(events, now)
    return json.loads(printed.stdout), cluster


def rows(cluster: ClusterState, table: str) -> Rows:
    """Return all rows of a table as the screens get them, by row id and column."""
    now = time.time()
    question = Question(viewer="test", tables=(TableQuestion(table, limit=10_000),))
    answer = answer_question(cluster, status_at(cluster, now), question, now)
    assert answer.tables is not None
    keys = [column.key for column in TABLES[table].columns]
    page = answer.tables[0]
    return {
        row_id: dict(zip(keys, row, strict=True))
        for row_id, row, mark in zip(page.ids, page.rows, page.marks, strict=True)
        if mark != "departed"
    }


def test_workers_are_the_same(both: tuple[dict[str, Any], ClusterState]) -> None:
    theirs, ours = both[0]["workers"], rows(both[1], "workers")
    assert set(theirs) == set(ours)
    for worker, row in ours.items():
        other = theirs[worker]
        assert row["manager"] == other["manager_id"]
        assert row["cpu"] / 10 == pytest.approx(other["proc_cpu"])
        assert row["agt_cpu"] / 10 == pytest.approx(other["agt_cpu"])
        if row["processors"]:
            assert row["rss"] // 1_000_000 == other["proc_rss"]
        else:  # without processors ours is unknown; theirs is 0
            assert (row["rss"], other["proc_rss"]) == (None, 0)
        assert row["rss_free"] // 1_000_000 == other["rss_free"]
        for ours_key, theirs_key in (
            *((key, key) for key in ("free", "sent", "queued", "suspended", "itl", "host")),
            ("lag", "lag_microseconds"),
        ):
            value = row[ours_key][0] if isinstance(row[ours_key], (tuple, list)) else row[ours_key]
            assert value == other[theirs_key], ours_key


def test_workers_without_a_processor_are_the_same(scaler_python: Path) -> None:
    """The file contains the first frames of a 2.9.0 scheduler with five workers."""
    young = after(Path(__file__).with_name("frames") / "young-cluster.bin", scaler_python)
    assert {row["processors"] for row in rows(young[1], "workers").values()} == {0}
    test_workers_are_the_same(young)
    test_managers_are_the_same(young)
    test_processors_are_the_same(young)
    test_machines_are_the_same(young)


def test_managers_are_the_same(both: tuple[dict[str, Any], ClusterState]) -> None:
    theirs, ours = both[0]["managers"], rows(both[1], "managers")
    assert set(theirs) == set(ours)
    for manager, row in ours.items():
        assert row["workers"] == theirs[manager]["worker_count"]
        assert row["pending"] == theirs[manager]["pending_workers"]
        assert row["sent"] == theirs[manager]["total_sent"]
        assert row["queued"] == theirs[manager]["total_queued"]


def test_tasks_are_the_same(both: tuple[dict[str, Any], ClusterState]) -> None:
    """Ours also has tasks on processors without a message, and their workers.

    Upstream's log has no such task, and no worker for a task with only its last message.
    """
    theirs, ours = {task["task_id"]: task for task in both[0]["tasks"]}, rows(both[1], "tasks")
    unnamed = {task.hex for task in both[1].tasks.records.values() if task.event is None}
    assert unnamed.isdisjoint(theirs)
    assert set(theirs) == set(ours) - unnamed
    for task in theirs:
        row = ours[task]
        other = theirs[task]
        if other["full_worker"] or not row["worker"]:
            assert (row["worker"] or "") == other["full_worker"]
        else:
            assert row["worker"] in both[0]["workers"]
        assert (row["client"] or "") == other["full_client"]
        if other["function"]:
            assert row["function"] == other["function"]
        assert row["status"] == other["status"]
        if other["duration_seconds"]:
            assert row["duration"] == pytest.approx(other["duration_seconds"])
            assert row["peak_memory"] == other["peak_bytes"]
            if 1 <= row["duration"] < 9.99:
                assert format_duration(row["duration"]) == other["duration"]
        if other["object_bytes"]:
            assert row["object_bytes"] == other["object_bytes"]
        if row["capabilities"]:
            assert row["capabilities"].split(", ") == other["capabilities"].split()


def test_processors_are_the_same(both: tuple[dict[str, Any], ClusterState]) -> None:
    """Ours also has a row, with process id 0, for a worker without processors."""
    theirs = {
        (worker, processor["pid"]): processor
        for worker, detail in both[0]["processors"].items()
        for processor in detail["processors"]
    }
    ours = {(row["worker"], row["pid"]): row for row in rows(both[1], "processors").values()}
    empty = {worker for worker, detail in both[0]["processors"].items() if not detail["processors"]}
    assert set(ours) == set(theirs) | {(worker, 0) for worker in empty}
    for place, other in theirs.items():
        row = ours[place]
        assert row["cpu"] / 10 == pytest.approx(other["cpu"])
        assert row["rss"] // 1_000_000 == other["rss"]
        assert row["peak_rss"] // 1_000_000 == other["peak_rss"]
        for key in ("initialized", "has_task", "suspended"):
            assert bool(row[key]) == other[key], key
        assert (row["task"] or "") == other["task_id"]


def test_storage_is_the_same(both: tuple[dict[str, Any], ClusterState]) -> None:
    theirs, ours = both[0]["storage"], both[1].objects
    storage = ours.storage
    assert storage is not None
    assert ours.count == theirs["tracked_objects"]
    assert storage.objects == theirs["objects"]
    assert storage.unique_objects == theirs["unique_objects"]
    assert storage.pending_requests == theirs["pending"]
    assert storage.pending_objects == theirs["pending_objects"]
    assert ours.total == both[0]["objects_total"]


def test_the_streams_have_the_same_workers_and_ours_contains_all_bars(
    both: tuple[dict[str, Any], ClusterState],
) -> None:
    """Each worker with a bar of an ended task there has one here.

    Theirs also draws, as running and without a name, a task that ended before the report of its processor.
    """
    now = time.time()
    question = FigureQuestion("stream", window_seconds=300.0, rows=1_000, cells=100, folded=("*",))
    answer = answer_question(
        both[1], status_at(both[1], now), Question(viewer="test", figures=(question,)), now
    )
    assert answer.figures is not None
    stream = answer.figures[0].stream
    assert stream is not None
    ours = {lane.worker: lane.bars for lane in stream.lanes}
    theirs = both[0]["stream"]
    assert set(theirs["full_rows"]) <= set(ours)
    ended = [bar for bar in theirs["bars"] if "rn" not in bar]
    assert ended
    for bar in ended:
        assert ours[theirs["full_rows"][bar["r"]]], bar


def test_clients_are_the_same(both: tuple[dict[str, Any], ClusterState]) -> None:
    """Their finished and failed tasks are counted from their task log, since their totals may be wrong."""
    theirs, ours = both[0]["clients"], rows(both[1], "clients")
    assert set(theirs) <= set(ours)
    ended = [task for task in both[0]["tasks"] if task["status"] in FINAL_STATES]
    for client, other in theirs.items():
        row = ours[client]
        assert (row["tasks"], row["host"]) == (other["tasks"], other["host"])
        states = [task["status"] for task in ended if task["full_client"] == client]
        assert row["finished"] == len(states)
        assert row["failed"] == sum(state in FAILED_STATES for state in states)
        assert f"{row['cpu'] / 10:.1f}%" == other["cpu"]


def test_machines_are_the_same(both: tuple[dict[str, Any], ClusterState]) -> None:
    theirs, ours = {row["host"]: row for row in both[0]["machines"]}, rows(both[1], "machines")
    assert set(theirs) == set(ours)
    for host, row in ours.items():
        assert row["workers"] == theirs[host]["workers"]
        other = theirs[host]
        for key in ("busy", "idle", "queued", "sent", "managers"):
            assert row[key] == other[key], key
        assert row["cpu"] / 10 == pytest.approx(other["cpu"], abs=0.1)
        # they add whole megabytes, each rounded down: of the agent and of the processors
        assert 0 <= row["rss"] / 1e6 - other["rss"] <= 2 * row["workers"] + 1
        assert row["rss_free"] // 1_000_000 == other["rss_free"]
        assert row["memory"] / 10 == pytest.approx(other["mem_used_pct"], abs=0.5)


def test_totals_are_the_same(both: tuple[dict[str, Any], ClusterState]) -> None:
    theirs, ours = both
    assert sum(ours.states.seen.values()) == theirs["finished"]
    assert ours.objects.count is not None
    assert len(rows(ours, "objects")) == len(theirs["objects"])
    happened = ours.events.entries
    tasks = sum(isinstance(what, StateTask) for what in happened)
    advised = sum(len(what.task_ids) for what in happened if isinstance(what, StateBalanceAdvice))
    named: set[bytes] = set()
    placed = 0  # upstream logs a task on a processor only if there was a message about it before
    for what in happened:
        if isinstance(what, StateTask):
            named.add(what.task_id)
        placed += isinstance(what, TaskOnProcessor) and what.task_id in named
    assert placed > 0
    assert tasks + advised + placed == theirs["events"]
