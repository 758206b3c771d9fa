"""The parts of the model, for small examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.model.worlds import GPU, bars_between, number, report, task
from tests.present import present

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.duration_histogram import DurationHistogram
from scaler_monitor.model.event_log import (
    FeedSeen,
    ManagerSeen,
    SchedulerRestarted,
    TaskOnProcessor,
    TasksLeftOut,
    WorkerLeft,
)
from scaler_monitor.model.history import Ring
from scaler_monitor.model.limits import Limits
from scaler_monitor.wire.event import Event, StateBalanceAdvice, StateWorker


def test_a_last_message_without_names_keeps_earlier_values() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(task(1, "inactive", worker=""), 5.0)
    model.apply(task(1, "running"), 6.0)
    model.apply_many([task(1, "success", "", "", 3.0, "")], 10.0)
    record = cluster.tasks.records[number(1)]
    assert (record.function, record.worker, record.client) == ("work", "w0", "c0")
    assert (record.first_seen, record.sent, record.started, record.ended) == (5.0, 6.0, 7.0, 10.0)
    assert (record.duration_seconds, record.memory_growth_bytes, record.attempts) == (3.0, 100, 1)


def test_processors_distinguish_running_queued_and_suspended() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply_many([task(1), task(2)], 10.0)
    one, two = (cluster.tasks.records[number(n)] for n in (1, 2))
    assert cluster.task_status(one) == "sent"
    model.apply(report({"w0": [number(1)]}, age=4), 20.0)
    assert (cluster.task_status(one), cluster.task_status(two)) == ("running", "queued")
    assert one.started == 16.0
    model.apply(report({"w0": [number(1)]}, suspended=True), 21.0)
    assert cluster.task_status(one) == "suspended"


def test_a_task_without_messages_is_found_on_its_processor() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(report({"w0": [number(9)]}, age=30), 100.0)
    record = cluster.tasks.records[number(9)]
    assert (record.function, record.worker, record.started, record.sent) == (None, "w0", 70.0, None)
    model.apply_many([task(9, "success", worker="", seconds=31.0)], 101.0)
    assert cluster.tasks.records[number(9)].started == 70.0
    assert cluster.functions.entries["work"].running == 0
    assert cluster.functions.entries[""].tasks == 0


def test_workers_managers_and_machines_add_up() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(StateWorker("w1", "connected", GPU), 0.5)
    model.apply(report({"w0": [number(1), b""], "w1": [], "w2": [b""]}, {"m": ("w0", "w2")}), 1.0)
    assert cluster.workers.cpu_permille.tolist() == [1000, 0, 500]
    assert cluster.workers.processor_count.tolist() == [2, 0, 1]
    assert cluster.workers.manager == ["m", None, "m"]
    assert cluster.workers.capabilities == {"w1": GPU}
    row = cluster.managers.rows["m"]
    assert (row.workers, row.cpu_permille, row.queued, row.pending_workers) == (2, 1520, 6, None)
    assert (row.agent_cpu_permille, row.rss_bytes, row.agent_rss_bytes) == (20, 3_100, 100)
    machine = cluster.machines()["h"]
    assert (machine.workers, machine.busy, machine.managers) == (3, 1, ("m",))
    assert (machine.cpu_permille, machine.rss_free_bytes, machine.net_sent_bytes) == (1530, 9_000, None)
    assert (machine.agent_cpu_permille, machine.rss_bytes, machine.agent_rss_bytes) == (30, 3_150, 150)
    model.apply(report({"w0": []}, host=None), 2.0)
    assert list(cluster.machines()) == [None]


def test_the_peak_memory_of_a_processor_is_kept_when_workers_are_added() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(report({"w0": [b""]}, rss=900), 1.0)
    model.apply(report({"w0": [b""]}, rss=500), 2.0)
    model.apply(report({"w0": [b""], "w1": [b""]}, rss=600), 3.0)
    assert cluster.workers.processor_peak_rss.tolist() == [900, 600]


def test_peak_memory_belongs_to_worker_and_pid_not_to_the_index() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(report({"w0": [b"", b""], "w1": [b""]}, rss=900), 1.0)
    pids = present(cluster.workers.columns).processors.pid.tolist()
    assert len(set(pids)) == 3
    model.apply(report({"w1": [], "w0": [b"", b""]}, rss=100), 2.0)  # the processors of w0 keep their pids
    assert cluster.workers.processor_peak_rss.tolist() == [900, 900]
    model.apply(report({"w2": [b"", b""]}, rss=100), 3.0)  # the pids of another worker
    assert cluster.workers.processor_peak_rss.tolist() == [100, 100]
    model.apply(report({}), 4.0)
    model.apply(report({"w2": [b""]}, rss=50), 5.0)
    assert cluster.workers.processor_peak_rss.tolist() == [50]


def test_departed_workers_are_removed_later_and_logged_once() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(report({"w0": [b"", number(1)], "w1": [b""]}, {"m": ("w0",)}), 1.0)
    model.apply(StateWorker("w0", "disconnected", None), 1.5)
    model.apply(report({}), 2.0)
    assert {name: row.left for name, row in cluster.workers.departed.items()} == {"w0": 1.5, "w1": 2.0}
    assert cluster.managers.departed["m"].last.workers == 1
    assert [*reversed(cluster.events.entries)] == [
        ManagerSeen("m", False, 1),
        WorkerLeft("w1", False, None, 2, 0),
        WorkerLeft("w0", True, "m", 2, 1),
        TaskOnProcessor(number(1), "w0", "running"),
    ]
    model.tick(121.9)
    assert list(cluster.workers.departed) == ["w1"]
    model.tick(130.0)
    assert not cluster.workers.departed
    assert not cluster.managers.departed


def test_rates_come_from_totals_and_work_after_a_restart() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(report({}, sent={"Task": 100}), 10.0)
    model.apply(report({}, sent={"Task": 150}), 12.0)
    assert cluster.messages.sent.rates == {"Task": 25.0}
    model.apply(report({}, sent={"Task": 3}), 13.0)
    assert cluster.messages.sent.rates == {}
    assert cluster.scheduler.restarts == 1
    assert cluster.events.entries[-1] == SchedulerRestarted()
    assert cluster.scheduler.report_interval == 1.5


def test_the_rate_of_failures_comes_from_the_reports() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    before = cluster.states.failed_rate
    assert before is None
    model.apply(report({}, states={"success": 100, "failed": 1, "failedWorkerDied": 0}), 10.0)
    model.apply(report({}, states={"success": 110, "failed": 3, "failedWorkerDied": 4}), 12.0)
    assert (cluster.states.rate, cluster.states.failed_rate) == (8.0, 3.0)


def test_the_log_entries_of_a_task_are_complete() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    advice = StateBalanceAdvice("w0", (number(1),))
    stream: list[Event] = [task(1), task(2), advice, task(1, "success")]
    model.apply_many(stream, 1.0)
    assert [(e.number, e.event) for e in cluster.events.task_entries(number(1))] == [
        (0, stream[0]),
        (2, advice),
        (3, stream[3]),
    ]


def test_tasks_on_processors_are_logged_once_per_change() -> None:
    model = ClusterModel(0.0, Limits(report_events=2))
    cluster = model.state
    model.apply_many([task(1), task(2), task(3, "inactive")], 1.0)
    held = {"w0": [number(1), number(3)], "w1": [b""]}
    for now, suspended in ((2.0, False), (3.0, False), (4.0, True), (5.0, True), (6.0, False)):
        model.apply(report(held, suspended=suspended), now)
    trail = [(e.time, e.event) for e in cluster.events.task_entries(number(1))]
    assert trail[1:] == [
        (2.0, TaskOnProcessor(number(1), "w0", "running")),
        (4.0, TaskOnProcessor(number(1), "w0", "suspended")),
        (6.0, TaskOnProcessor(number(1), "w0", "running")),
    ]
    assert [e.event for e in cluster.events.task_entries(number(3))] == [task(3, "inactive")]  # not sent yet
    assert cluster.events.left_out == 0
    model.apply(report({"w0": [number(10), number(11), number(12), number(13)]}), 7.0)
    assert cluster.events.left_out == 2
    assert cluster.events.entries[-1] == TasksLeftOut(2)
    assert cluster.events.total == 3 + 3 + 2 + 1 + 1  # w1 departed, too


def test_gaps_are_between_connections() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    for connected, now in ((False, 1.0), (True, 2.0), (False, 10.0), (False, 11.0), (True, 15.0)):
        model.feed_changed(connected, now)
    assert cluster.gaps.between(0.0, 12.0) == [(10.0, 12.0)]
    assert list(cluster.events.entries) == [FeedSeen(True), FeedSeen(False), FeedSeen(True)]


def test_quantiles_are_accurate_to_two_percent() -> None:
    values = np.random.default_rng(1).lognormal(0, 2, 5_000)
    sketch = DurationHistogram()
    for part in np.array_split(values, 70):
        sketch.add(part)
    for share in (0.5, 0.95):
        assert sketch.quantile(share) == pytest.approx(np.quantile(values, share), rel=0.03)
    assert sketch.longest == np.max(values)
    bars = sketch.histogram(20)
    assert len(bars) <= 20
    assert sum(bar.tasks for bar in bars) == 5_000


def test_a_ring_is_nan_where_it_has_no_value() -> None:
    ring = Ring(10, adds=True)
    for time in (100.2, 100.9, 103.0):
        ring.put(time, 2.0)
    cells = ring.cells(100.0, 104.0, 4).tolist()
    assert cells[0] == 4.0
    assert cells[3] == 2.0
    assert math.isnan(cells[1])


def test_the_stream_shows_ended_and_running_tasks() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply_many([task(1), task(1, "success", worker="", seconds=4.0), task(2)], 104.0)
    model.apply(report({"w0": [number(2)]}, age=1), 106.0)
    bars = bars_between(cluster, 100.0, 110.0, 10, ["w0", "nobody"])
    assert [(b.first_cell, b.last_cell, b.state) for b in bars[0]] == [(0, 3, "success"), (5, 5, "running")]
    assert bars[1] == []
    assert cluster.timeline.legend(0, 200) == [("gpu", 1)]
    assert cluster.timeline.active(0, 200) == ["w0"]


def test_a_task_is_found_by_its_hexadecimal_id() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(task(1), 1.0)
    assert cluster.tasks.find_hex(number(1).hex()) is cluster.tasks.records[number(1)]
    assert cluster.tasks.find_hex(number(2).hex()) is None
    assert cluster.tasks.find_hex("no hex") is None
