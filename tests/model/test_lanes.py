"""Overlapping tasks of a worker are in different lanes, and stay in them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.worlds import task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.timeline import stream_window
from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.model.timeline.lanes import MAX_OVERLAP_SECONDS, MOST_LANES, assign_lanes

spans = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 400), st.integers(0, 80)).map(
        lambda drawn: (drawn[0], drawn[1] / 4, (drawn[1] + drawn[2]) / 4)
    ),
    max_size=60,
).map(sorted)


@given(spans, st.integers(1, 6))
def test_overlapping_tasks_get_different_lanes_if_there_are_enough(
    stream: list[tuple[int, float, float]], most: int
) -> None:
    worker, start, end = (np.array([one[at] for one in stream], float) for at in range(3))
    lanes = assign_lanes(worker.astype(np.int64), start, end, np.full(3, most))
    assert all(0 <= lane < most for lane in lanes)
    at_once = [sum(v == w and begun <= s <= ends for v, begun, ends in stream) for w, s, _ in stream]
    if max(at_once, default=0) > most:
        return  # some share a lane
    for at, (w, s, _) in enumerate(stream):
        for before in range(at):
            v, _, ends = stream[before]
            if (v, lanes[before]) == (w, lanes[at]):
                assert s >= ends - MAX_OVERLAP_SECONDS


def two_at_once(limits: Limits | None = None) -> ClusterState:
    """Return the spans of a worker that starts a task of 10 s every 5 s, for five minutes."""
    model = ClusterModel(1_000.0, limits)
    cluster = model.state
    for i in range(60):
        model.apply_many([task(i, "success", "f" if i % 2 else "g", seconds=10.0)], 1_010.0 + 5 * i)
    return cluster


def lanes_of(cluster: ClusterState, start: float, end: float, most: int) -> list[list[Bar]]:
    stream = cluster.stream(start, end, ["w0"])
    stream.assign_lanes([most])
    (lanes,) = stream.bars(int(end - start))
    return lanes


def test_each_task_is_one_bar_in_its_lane() -> None:
    lanes = lanes_of(two_at_once(), 1_101.0, 1_201.0, 2)
    assert [{bar.function for bar in lane} for lane in lanes] in ([{"f"}, {"g"}], [{"g"}, {"f"}])
    assert all(bar.tasks == 1 and bar.seconds == pytest.approx(10.0) for lane in lanes for bar in lane)
    (whole,) = lanes_of(two_at_once(), 1_101.0, 1_201.0, 1)
    assert any(bar.tasks > 1 for bar in whole)


def test_a_task_stays_in_its_lane_while_the_window_moves() -> None:
    cluster = two_at_once()
    seen: dict[bytes, set[int]] = {}
    for second in range(60):
        for at, lane in enumerate(lanes_of(cluster, 1_121.0 + second, 1_221.0 + second, 2)):
            for bar in lane:
                seen.setdefault(bar.task_id, set()).add(at)
    assert len(seen) > 20
    assert all(len(lanes) == 1 for lanes in seen.values())


def test_consecutive_tasks_share_a_lane_even_if_their_ends_arrive_late() -> None:
    model = ClusterModel(1_000.0)
    cluster = model.state
    for i in range(20):
        model.apply_many([task(i, "success", seconds=1.0)], 1_001.0 + i - 0.05 * (i % 2))
    assert len(lanes_of(cluster, 1_000.0, 1_030.0, 4)) == 1


def test_a_worker_has_at_most_the_maximum_of_lanes() -> None:
    model = ClusterModel(1_000.0)
    cluster = model.state
    model.apply_many([task(i, "success", seconds=5.0 + i / 10) for i in range(60)], 1_020.0)
    for most, lanes in ((3, 3), (100, MOST_LANES)):
        found = lanes_of(cluster, 1_000.0, 1_030.0, most)
        assert len(found) == lanes
        assert sum(bar.ended for lane in found for bar in lane) == 60


def test_folded_tasks_are_in_the_first_lane_and_reported_as_merged() -> None:
    """Folded tasks are only known as shares of ten seconds; the latest spans are stored individually."""
    cluster = two_at_once(Limits(spans=32, lasting_spans=1))
    stream = cluster.stream(1_000.0, 1_320.0, ["w0"])
    assert stream.merged_until is None
    stream.assign_lanes([2])
    assert stream.merged_until is not None
    first, second = stream.bars(320)[0]
    assert 1_100.0 < stream.merged_until < 1_300.0
    assert min(bar.first_cell for bar in first) < 10
    assert min(bar.first_cell for bar in second) + 1_000.0 > stream.merged_until - 20.0
    stream.merge_lanes([0])
    assert (stream.lanes, stream.merged_until) == ([1], None)
    assert len(stream.bars(320)[0]) == 1


def test_tasks_beyond_the_limit_are_in_the_first_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_window, "MAX_ASSIGNED_SPANS", 10)
    stream = two_at_once().stream(1_000.0, 1_320.0, ["w0"])
    stream.assign_lanes([2])
    assert stream.merged_until == pytest.approx(1_000.0 + 5 * 50)
    _, second = stream.bars(320)[0]
    assert 0 < len(second) <= 10
