"""The model with invalid and unusual input."""

from __future__ import annotations

import pytest
from tests.model.worlds import array_bytes, bars_between, number, report, task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.tasks import MISSED
from scaler_monitor.wire.event import Capability, Profile, StateWorker


def test_clock_jumps_neither_raise_nor_grow_memory_nor_lose_tasks() -> None:
    model = ClusterModel(1e9)
    cluster = model.state
    for step, now in enumerate((1e9, 1e9 + 1, 5e9, 1e9 + 2, 1e9 - 5_000, 1e9 + 3, 0.0, -5.0, 1e9 + 4)):
        model.apply_many([task(step), task(step, "success", seconds=1.0)], now)
        model.apply(report({"w0": [b""], f"w{step + 1}": [b""]}, sent={"Task": step}), now)
        model.tick(now)
    assert len(cluster.tasks) == 9
    assert cluster.states.seen == {"success": 9}
    assert len(bars_between(cluster, 1e9 - 10, 1e9 + 10, 20, ["w0"])[0]) >= 3
    assert all(row.left <= 1e9 + 4 for row in cluster.workers.departed.values())


def test_clock_jumps_keep_the_folded_stream_bounded_and_correct() -> None:
    model = ClusterModel(1e9, Limits(spans=1, lasting_spans=1, history_seconds=100))
    cluster = model.state
    jumps = [1e9 + 10 * n for n in range(10)] + [5e9 + 1e6 * n for n in range(50)] + [-1e6, 0.0, 1e18]
    for step, now in enumerate([*jumps, *(1e9 + 100.5 + n for n in range(50))]):
        model.apply_many([task(step, "success", seconds=0.5)], now)
        model.tick(now)
    assert array_bytes(cluster.timeline) < 1_000
    bars = bars_between(cluster, 1e9 + 100, 1e9 + 150, 5, ["w0"])[0]
    assert sum(bar.tasks for bar in bars) == 50
    assert all(bar.busy == pytest.approx(0.5, abs=0.06) for bar in bars)


def test_rates_and_departed_rows_work_after_the_clock_is_set_back() -> None:
    model = ClusterModel(1e9)
    cluster = model.state
    model.apply(report({"w0": [], "w1": []}, sent={"Task": 1}), 1e9)
    model.apply(report({"w0": []}, sent={"Task": 2}), 1e9 + 1)
    for step in range(4):
        now = 1e9 - 4_000 + 50 * step
        model.apply(report({"w0": []}, sent={"Task": 3 + 100 * step}), now)
        model.apply_many([task(step, "success", seconds=1.0)], now)
        model.tick(now)
    assert cluster.messages.sent.rates == {"Task": 2.0}
    assert not cluster.workers.departed
    assert cluster.functions.entries["work"].rate == pytest.approx(4 / 151)
    assert cluster.scheduler.report_interval == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("took", "used"),
    [(-1.0, -1.0), (float("nan"), float("nan")), (float("inf"), float("inf")), (1e300, 1e300)],
)
def test_an_invalid_profile(took: float, used: float) -> None:
    model = ClusterModel(0.0, Limits(spans=1, lasting_spans=1))
    cluster = model.state
    for step in range(5):
        ended = task(step, "success")._replace(profile=Profile(took, -(1 << 62), used))
        model.apply_many([ended], 5_000.0 + step)
    model.tick(5_010.0)
    assert cluster.states.seen == {"success": 5}
    assert sum(bar.tasks for bar in bars_between(cluster, 5_000.0, 5_010.0, 10, ["w0"])[0]) >= 1
    entry = cluster.functions.entries["work"]
    assert entry.durations.histogram(10) == [] or entry.durations.longest == 1e300
    assert entry.cpu_seconds in (0.0, 5 * 1e300)


def test_a_reappearing_task_counts_again_and_a_repeated_end_does_not() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply_many([task(1), task(1, "failed"), task(1, "failed"), task(1), task(1, "success")], 1.0)
    assert cluster.states.seen == {"failed": 1, "success": 1}
    assert cluster.tasks.records[number(1)].attempts == 2
    assert cluster.functions.entries["work"].tasks == 2


def test_an_id_that_reappears_often_does_not_grow_memory() -> None:
    model = ClusterModel(0.0, Limits(tasks=10))
    cluster = model.state
    for step in range(200):
        model.apply_many([task(step % 3), task(step % 3, "success", seconds=0.1)], float(step))
        model.tick(float(step))
    assert len(cluster.tasks.ended) <= 21
    assert cluster.tasks.records[number(1)].attempts == 67
    assert cluster.functions.entries["work"].success == 200
    model.apply_many([task(n) for n in range(100, 110)], 201.0)
    assert len(cluster.tasks) == 10
    assert set(cluster.tasks.records) == {number(n) for n in range(100, 110)}


@pytest.mark.parametrize("seconds", [None, 0.5])
def test_a_task_with_only_its_last_message(seconds: float | None) -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply(report({"w0": [b""]}, states={"success": 5}), 1.0)
    model.apply_many(
        [task(1, "success", worker="", seconds=seconds), task(2, "failed", seconds=seconds)], 2.0
    )
    one, two = (cluster.tasks.records[number(n)] for n in (1, 2))
    assert (one.worker, one.sent, one.state, two.worker) == (None, None, "success", "w0")
    assert one.started == (None if seconds is None else 1.5)
    assert cluster.functions.entries["work"].ended == 2
    assert cluster.clients.tallies["c0"].submitted == cluster.clients.tallies["c0"].finished == 2
    assert not cluster.tasks.live
    assert cluster.timeline.unplaced == 1
    (bar,) = bars_between(cluster, 0.0, 3.0, 3, ["w0"])[0]
    assert (bar.state, bar.seconds) == ("failed", seconds)


def test_a_missed_task_is_ended_and_its_end_may_still_arrive() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    model.apply_many([task(1), task(2)], 1.0)
    model.apply(report({"w0": [number(2)]}, states={"running": 1, "success": 1}), 2.0)
    assert cluster.tasks.records[number(1)].state == MISSED
    assert cluster.functions.entries["work"].running == 1
    model.apply_many([task(1, "success")], 3.0)
    assert cluster.states.seen == {"success": 1}
    assert cluster.tasks.records[number(1)].attempts == 1


def test_ten_thousand_workers_departing_at_once() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    names = [f"w{i}" for i in range(10_000)]
    model.apply(report({name: [number(2 * i), b""] for i, name in enumerate(names)}), 1.0)
    model.apply_many([task(2 * i, worker=name) for i, name in enumerate(names)], 1.5)
    model.apply(report({}), 2.0)
    assert len(cluster.workers.departed) == 10_000
    assert cluster.events.total == 4_001 + 10_000 + 10_000  # on processors, sent, departed
    assert cluster.task_status(cluster.tasks.records[number(0)]) == "queued"
    assert cluster.machines() == {}
    assert bars_between(cluster, 0.0, 3.0, 10, names[:50]) == [[]] * 50
    model.apply_many([task(2 * i, "failedWorkerDied", worker="") for i in range(10_000)], 3.0)
    bars = bars_between(cluster, 0.0, 4.0, 10, names[:50])
    assert all(lane[0].state == "failedWorkerDied" for lane in bars)
    model.tick(200.0)
    assert not cluster.workers.departed
    assert not cluster.tasks.live


def test_one_worker_with_five_hundred_processors() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    held = {"w0": [number(i) for i in range(500)], "w1": []}
    model.apply(report(held, age=3), 10.0)
    assert cluster.workers.cpu_permille.tolist() == [250_000, 0]
    assert cluster.workers.processor_range("w0") == range(500)
    (bar,) = bars_between(cluster, 0.0, 10.0, 10, ["w0"])[0]
    assert (bar.first_cell, bar.last_cell, bar.tasks, bar.state, bar.busy) == (7, 9, 500, "running", 1.0)
    model.apply_many([task(i, "success", worker="", seconds=3.0) for i in range(500)], 10.0)
    (bar,) = bars_between(cluster, 0.0, 10.0, 10, ["w0"])[0]
    assert (bar.first_cell, bar.last_cell, bar.tasks, bar.state, bar.busy) == (7, 9, 500, "success", 1.0)


def test_functions_with_an_empty_an_unusual_and_a_long_name() -> None:
    names = ["", "<Unknown>", "f" * 10_000, "f" * 9_999 + "g"]
    model = ClusterModel(0.0)
    cluster = model.state
    for at, name in enumerate(names):
        model.apply_many([task(at, "running", name), task(at, "success", "", seconds=1.0)], 10.0 * at + 10)
    assert {entry.name: entry.success for entry in cluster.functions.rows()} == dict.fromkeys(names, 1)
    assert [record.function for record in cluster.tasks.records.values()] == names
    bars = bars_between(cluster, 0.0, 50.0, 50, ["w0"])[0]
    assert [bar.function for bar in bars] == names


def test_a_thousand_capabilities() -> None:
    model = ClusterModel(0.0)
    cluster = model.state
    wide = tuple(Capability(f"c{i:03}", -1) for i in range(1_000))
    model.apply(StateWorker("w0", "connected", wide), 0.0)
    model.apply_many([task(0, "success", seconds=0.5)._replace(capabilities=wide)], 2.0)
    for i, one in enumerate(wide):
        ended = task(i + 1, "success", worker=f"w{i % 10}", seconds=0.5)
        model.apply_many([ended._replace(capabilities=(one,))], 10.0 + i // 10)
    legend = dict(cluster.timeline.legend(0.0, 200.0))
    assert len(legend) == 1_001
    assert legend[", ".join(one.name for one in wide)] == 1
    lanes = bars_between(cluster, 9.0, 110.0, 1_010, [f"w{i}" for i in range(10)])
    assert {bar.capabilities for lane in lanes for bar in lane} == {one.name for one in wide}
    assert {
        bar.capabilities for lane in bars_between(cluster, 9.0, 110.0, 10, ["w0"]) for bar in lane
    } <= set(legend)
