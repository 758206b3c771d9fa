"""The bars of a lane of the task stream, for small examples."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.model.worlds import GPU, bars_between, task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.timeline.bar_merging import BarColumns
from scaler_monitor.model.timeline.bars import Bar, TaskSpan
from scaler_monitor.model.timeline.dominant_names import MAX_COMPARED
from scaler_monitor.model.timeline.timeline import Timeline
from scaler_monitor.wire.event import Capability

FOLDING = Limits(spans=1, lasting_spans=1)


def span(start: float, end: float, state: str = "success", name: bytes = b"x") -> TaskSpan:
    return TaskSpan(start, end, state, "gpu", "f", name)


def bars_of(spans: list[TaskSpan], start: float = 0.0, end: float = 10.0, cells: int = 10) -> list[Bar]:
    return Timeline(Limits()).window(start, end, ["w"], [spans]).bars(cells)[0][0]


def test_single_tasks_are_distinguished_from_merged_ones() -> None:
    bars = bars_of([span(0, 3.4), span(3.4, 6)])
    assert [(b.first_cell, b.last_cell, b.tasks) for b in bars] == [(0, 2, 1), (3, 5, 1)]
    assert [b.seconds for b in bars] == [3.4, pytest.approx(2.6)]
    many = [span(i / 10, i / 10 + 0.05) for i in range(20)]
    many[7] = many[7]._replace(state="failed")
    bars = bars_of(many)
    assert [(b.first_cell, b.last_cell, b.tasks, b.state, b.failed) for b in bars] == [
        (0, 0, 10, "failed", 1),
        (1, 1, 10, "success", 0),
    ]
    assert bars[0].busy == pytest.approx(0.5)
    assert bars[0].seconds is None


def test_a_short_failure_inside_a_long_task_is_visible() -> None:
    bars = bars_of([span(0, 9), span(4.2, 4.3, "failed")])
    assert [(b.first_cell, b.last_cell, b.state) for b in bars] == [
        (0, 3, "success"),
        (4, 4, "failed"),
        (5, 8, "success"),
    ]


def test_each_task_keeps_a_cell_even_between_two_others() -> None:
    bars = bars_of([span(0, 2.4), span(2.4, 2.6), span(2.6, 5, "failed")])
    assert [(b.first_cell, b.last_cell, b.tasks) for b in bars] == [(0, 1, 1), (2, 2, 3), (3, 4, 1)]


def test_every_cell_with_a_failure_has_its_own_bar() -> None:
    spans = [span(i / 10, i / 10 + 0.05, "failed" if i % 10 == 3 else "success") for i in range(100)]
    assert [(b.first_cell, b.last_cell, b.failed) for b in bars_of(spans)] == [(i, i, 1) for i in range(10)]


def test_merged_neighbours_are_joined_only_if_equally_busy() -> None:
    idle = [span(i / 10, i / 10 + 0.01) for i in range(50)]
    busy = [span(5 + i / 10, 5 + i / 10 + 0.09) for i in range(50)]
    bars = bars_of(idle + busy)
    assert [(b.first_cell, b.last_cell, b.tasks) for b in bars] == [(0, 4, 50), (5, 9, 50)]
    assert [round(b.busy, 3) for b in bars] == [0.1, 0.9]


def test_the_busy_time_of_overlapping_tasks_counts_once() -> None:
    bars = bars_of([span(0, 2), span(1, 3), span(1.5, 1.7), span(4, 5)])
    assert sum(b.busy * (b.last_cell - b.first_cell + 1) for b in bars) == pytest.approx(4.0)


def test_a_bar_has_the_capability_set_with_the_longest_time() -> None:
    spans = [span(i / 10, i / 10 + 0.09) for i in range(10)]
    spans[3] = spans[3]._replace(capabilities="rare", function="g", state="failed")
    (bar,) = bars_of(spans)
    assert (bar.state, bar.capabilities, bar.function) == ("failed", "gpu", "f")


def test_ties_between_sets_are_resolved_the_same_way_on_every_page() -> None:
    pair = [span(0, 1)._replace(capabilities=name) for name in ("one", "two")]
    more = [span(3 + i / 10, 3.05 + i / 10)._replace(capabilities="two") for i in range(20)]
    assert bars_of(pair)[0].capabilities == bars_of(pair + more)[0].capabilities


def test_the_dominant_set_is_found_among_more_sets_than_are_compared() -> None:
    rare = [
        span(i / 1_000, (i + 1) / 1_000)._replace(capabilities=f"rare {i}") for i in range(2 * MAX_COMPARED)
    ]
    often = [span(0.5 + i / 10, 0.55 + i / 10) for i in range(5)]
    (bar,) = bars_of(rare + often)
    assert (bar.capabilities, bar.tasks) == ("gpu", 2 * MAX_COMPARED + 5)


def test_the_bars_of_a_worker_stay_when_its_spans_are_folded() -> None:
    other = (Capability("other", -1),)

    def world(limits: Limits) -> ClusterState:
        model = ClusterModel(1_000.0, limits)
        cluster = model.state
        for i in range(180):
            now = 1_000.5 + i
            ended = task(i, "failed" if i == 57 else "success", "f" if i % 10 else "g", seconds=0.25)
            model.apply_many([ended._replace(capabilities=GPU if i % 10 else other)], now)
        model.apply_many([task(i, "canceled", worker="w1", seconds=0.1) for i in range(200, 202)], 1_181.0)
        return cluster

    exact, folded = world(Limits()), world(FOLDING)
    assert folded.timeline.folded > 175
    for cells in (2, 9, 18):
        wanted, got = (bars_between(c, 1_000.0, 1_180.0, cells, ["w0"])[0] for c in (exact, folded))
        assert sum(b.tasks for b in got) == sum(b.tasks for b in wanted) == 180
        for bars in (wanted, got):
            assert sum(b.failed for b in bars) == 1
            assert {b.capabilities for b in bars} == {"gpu"}
            assert {b.function for b in bars} == {"f"}
            assert all(b.busy == pytest.approx(0.25, abs=0.005) for b in bars)
        (at,) = ([b for b in bars if b.state == "failed"] for bars in [got])
        assert [b.first_cell for b in at] == [57 * cells // 180]
    assert folded.timeline.legend(1_000.0, 1_180.0) == [("gpu", 162), ("other", 18)]
    assert folded.timeline.active(1_000.0, 1_100.0) == ["w0"]


def test_a_slice_wider_than_a_cell_fills_its_cells_equally() -> None:
    model = ClusterModel(1_000.0, FOLDING)
    cluster = model.state
    for i in range(60):
        model.apply_many([task(i, "failed" if i == 30 else "success", seconds=0.25)], 1_000.5 + i / 2)
    bars = bars_between(cluster, 1_000.0, 1_020.0, 20, ["w0"])[0]
    assert [(b.first_cell, b.last_cell, b.tasks, b.failed) for b in bars] == [(0, 9, 20, 0), (10, 19, 20, 1)]
    assert all(b.busy == pytest.approx(0.5) for b in bars)


def test_windows_of_any_size_and_position_work() -> None:
    model = ClusterModel(1_000.0, FOLDING)
    cluster = model.state
    for i in range(40):
        model.apply_many([task(i, "success", seconds=0.25)], 1_000.5 + i / 2)
    for start in (900.0, 989.0, 991.0, 1_009.0, 1_019.9, 1_029.7, 1_100.0):
        for seconds in (0.001, 1.0, 9.0, 10.0, 11.0, 1_800.0):
            for cells in (1, 7, 300):
                bars = bars_between(cluster, start, start + seconds, cells, ["w0", "nobody"])[0]
                places = [(bar.first_cell, bar.last_cell) for bar in bars]
                assert all(0 <= a <= b < cells for a, b in places)
                assert all(b < c for (_, b), (c, _) in pairwise(places))
    assert bars_between(cluster, 1_000.0, 1_010.0, 10, []) == []


def test_a_long_task_stays_one_bar_after_short_ones_were_folded() -> None:
    model = ClusterModel(1_000.0, Limits(spans=2, lasting_spans=10))
    cluster = model.state
    model.apply_many([task(1, "failed", "train", seconds=90.0)], 1_100.0)
    for i in range(10, 60):
        model.apply_many([task(i, "success", worker="w1", seconds=0.1)], 1_200.0)
    (bar,) = bars_between(cluster, 1_000.0, 1_200.0, 100, ["w0"])[0]
    assert (bar.tasks, bar.function, bar.seconds) == (1, "train", 90.0)
    assert bar.task_id == (1).to_bytes(16, "big")


def test_the_numbers_of_idle_workers_are_reused() -> None:
    model = ClusterModel(0.0, Limits(spans=8, lasting_spans=1, timeline_workers=3))
    cluster = model.state
    for i in range(30):
        model.apply_many([task(i, "success", worker=f"w{i}", seconds=1.0)], 2_000.0 * i)
    assert cluster.timeline.unplaced == 0
    assert cluster.timeline.active(57_000, 59_000) == ["w29"]
    assert bars_between(cluster, 57_000, 59_000, 10, ["w29", "w28", "w0"])[0][0].tasks == 1


def test_workers_beyond_the_limit_are_counted_but_not_drawn() -> None:
    model = ClusterModel(0.0, Limits(timeline_workers=3))
    cluster = model.state
    model.apply_many([task(i, "success", worker=f"w{i}", seconds=1.0) for i in range(5)], 100.0)
    assert cluster.timeline.unplaced == 2
    assert len(cluster.timeline.active(0.0, 200.0)) == 3


def test_bar_columns_have_the_order_of_the_fields_of_a_bar() -> None:
    assert BarColumns._fields == Bar._fields
