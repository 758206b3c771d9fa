"""Bars equal a naive computation, for tasks of any order and overlap, folded or not."""

from __future__ import annotations

import math
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.worlds import array_bytes, bars_between, task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.model.timeline.timeline import LASTING_SECONDS

START, END = 10_000.0, 10_200.0
STATES = ("success", "success", "success", "failed", "failedWorkerDied", "canceled", "canceledNotFound")
FAILED, CANCELED = ("failed", "failedWorkerDied"), ("canceled", "canceledNotFound")


class Work(NamedTuple):
    worker: str
    end: float
    seconds: float | None
    state: str

    @property
    def start(self) -> float:
        return self.end - (self.seconds or 0.0)

    def cells(self, width: float) -> tuple[int, int]:
        first = math.floor((self.start - START) / width)
        last = math.floor((self.end - START) / width)
        if last > first and self.end <= START + last * width:
            last -= 1
        return first, last


eighths = st.integers(1, 8 * 150)
works = st.lists(
    st.builds(
        Work,
        st.sampled_from(["w0", "w1"]),
        eighths.map(lambda n: START + 40 + n / 8),
        st.one_of(st.none(), st.integers(1, 300).map(lambda n: n / 8)),
        st.sampled_from(STATES),
    ),
    min_size=1,
    max_size=60,
)
limits = st.sampled_from([Limits(), *(Limits(spans=n, lasting_spans=m) for n in (1, 8, 40) for m in (1, 8))])


def watched(stream: list[Work], kept: Limits) -> ClusterState:
    model = ClusterModel(START, kept)
    for number, work in enumerate(stream):
        model.apply(task(number, work.state, worker=work.worker, seconds=work.seconds), work.end)
    return model.state


def union(stream: list[Work], left: float, right: float) -> float:
    total, reached = 0.0, left
    for begin, end in sorted((w.start, w.end) for w in stream):
        begin, end = max(begin, reached), min(end, right)
        if end > begin:
            total, reached = total + end - begin, end
    return total


def inside(work: Work, left: float, right: float) -> float:
    return max(0.0, min(work.end, right) - max(work.start, left))


@given(works, limits, st.sampled_from([10, 20]))
@settings(max_examples=300, deadline=None)
def test_bars_equal_a_naive_computation(stream: list[Work], kept: Limits, cells: int) -> None:
    cluster = watched(stream, kept)
    width = (END - START) / cells
    lanes = bars_between(cluster, START, END, cells, ["w0", "w1"])
    assert cluster.timeline.count + cluster.timeline.folded == len(stream)
    assert cluster.timeline.count <= kept.spans + kept.lasting_spans
    assert sum(count for _, count in cluster.timeline.legend(START, END)) == len(stream)
    for name, bars in zip(("w0", "w1"), lanes, strict=True):
        mine = [work for work in stream if work.worker == name]
        assert sum(bar.failed for bar in bars) == sum(work.state in FAILED for work in mine)
        assert sum(bar.canceled for bar in bars) == sum(work.state in CANCELED for work in mine)
        covered = {cell for bar in bars for cell in range(bar.first_cell, bar.last_cell + 1)}
        touched = {c for work in mine for c in range(work.cells(width)[0], work.cells(width)[1] + 1)}
        assert covered == touched
        for bar in bars:
            compare(bar, mine, width, exact=not cluster.timeline.folded)


def compare(bar: Bar, mine: list[Work], width: float, exact: bool) -> None:
    left, right = START + bar.first_cell * width, START + (bar.last_cell + 1) * width
    touching = [w for w in mine if w.cells(width)[0] <= bar.last_cell and w.cells(width)[1] >= bar.first_cell]
    # at either end a border cell may belong to the neighbouring task
    assert len(touching) - 2 <= bar.tasks <= len(touching)
    if bar.failed or bar.canceled:
        assert bar.state in FAILED + CANCELED
    worked = bar.busy * (right - left)
    least, most = union(mine, left, right), sum(inside(w, left, right) for w in mine)
    assert least - 0.01 <= worked <= min(most, right - left) + 0.01
    if exact or least == most:
        assert worked == pytest.approx(least, abs=0.01)


@given(works, st.sampled_from([10, 20]))
@settings(max_examples=100, deadline=None)
def test_folded_counts_are_exact(stream: list[Work], cells: int) -> None:
    stream = [work for work in stream if work.worker == "w0" and (work.seconds or 0.0) < LASTING_SECONDS]
    rest = [Work("w1", END, 1.0, "success")] * 4  # evicts all other spans
    cluster = watched(stream + rest, Limits(spans=1, lasting_spans=1))
    width = (END - START) / cells
    for bar in bars_between(cluster, START, END, cells, ["w0"])[0]:
        touching = [
            work
            for work in stream
            if work.cells(width)[0] <= bar.last_cell and work.cells(width)[1] >= bar.first_cell
        ]
        assert bar.tasks == len(touching)


@given(works, works, st.sampled_from([1, 8, 40]))
@settings(max_examples=100, deadline=None)
def test_the_snapshot_of_a_timeline_never_changes(before: list[Work], after: list[Work], spans: int) -> None:
    cluster = watched(before, Limits(spans=spans, lasting_spans=1, timeline_workers=2))
    snapshot = cluster.snapshot()

    def look(which: ClusterState) -> object:
        timeline = which.timeline
        return (
            bars_between(which, START, END, 50, ["w0", "w1", "w2"]),
            timeline.legend(START, END),
            timeline.count,
        )

    expected = look(snapshot)
    assert expected == look(cluster)
    model = ClusterModel.of(cluster)
    for number, work in enumerate(after, len(before)):
        model.apply(task(number, work.state, "g", work.worker, work.seconds), work.end)
    model.apply_many([task(10_000, "success", worker="w2", seconds=1.0)], END + 1_900.0)
    assert look(snapshot) == expected


def test_the_memory_of_the_timeline_is_bounded() -> None:
    model = ClusterModel(START, Limits(spans=320, lasting_spans=32, history_seconds=100))
    cluster = model.state
    sizes = []
    for step in range(60):
        now = START + 5.0 * step
        ended = [
            task(100 * step + n, "success", worker=f"w{n % 7}", seconds=40.0 if n % 10 == 0 else 0.5)
            for n in range(100)
        ]
        model.apply_many(ended, now)
        sizes.append(array_bytes(cluster.timeline))
    assert sizes[0] < sizes[10] < sizes[25]
    assert len(set(sizes[40:])) <= 2  # plus or minus one slice
    assert max(sizes[40:]) < 1.05 * max(sizes[:40])
