"""The worker task stream of the scenario, compared with the model."""

from __future__ import annotations

from typing import Any

import pytest
from tests.model.worlds import task
from tests.present import present
from tests.query.figures_of import Watched, stream
from tests.scenario import BuiltCluster, build_cluster

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.protocol.page import (
    FigureQuestion,
    StreamBar,
    StreamFigure,
)
from scaler_monitor.query.stream_figure import stream_figure


@pytest.fixture(scope="module")
def world() -> BuiltCluster:
    return build_cluster()


def test_lanes_are_grouped_by_manager_the_departed_included(world: BuiltCluster) -> None:
    figure = stream(world)
    assert figure.total == len(figure.lanes) == 12
    managers = [lane.manager for lane in figure.lanes]
    assert managers == sorted(managers)
    assert [lane.mark for lane in figure.lanes if lane.worker.startswith("Worker|spot-11")] == ["departed"]
    assert figure.end - figure.start == 300


def test_bars_lie_within_the_cells_and_do_not_overlap(world: BuiltCluster) -> None:
    for lane in stream(world).lanes:
        last = -1
        assert lane.bars
        for bar in lane.bars:
            assert last < bar.first_cell <= bar.last_cell < 60
            assert 0 <= bar.busy <= 1
            last = bar.last_cell


def test_a_drawn_bar_has_the_figures_of_the_models(world: BuiltCluster) -> None:
    cluster, _, now = world
    drawn = stream(world).lanes
    bars = cluster.stream(now - 300.0, now, [lane.worker for lane in drawn]).bars(60)
    alike = set(StreamBar._fields) & set(Bar._fields) - {"state", "capabilities", "function"}
    assert len(alike) == 7
    for lane, (wanted,) in zip(drawn, bars, strict=True):
        assert [[getattr(bar, name) for name in alike] for bar in lane.bars] == [
            [getattr(bar, name) for name in alike] for bar in wanted
        ]
        assert [bar.task for bar in lane.bars] == [bar.task_id.hex() for bar in wanted]
        assert [bar.function for bar in lane.bars] == [bar.function or "" for bar in wanted]


def test_a_task_that_failed_is_marked_once_however_many_bars_it_has(world: BuiltCluster) -> None:
    cluster, _, now = world
    failed = [task for task in cluster.tasks.records.values() if task.state.startswith("failed")]
    seen = sum(now - 300.0 <= present(task.ended) for task in failed)
    for cells in (60, 240, 1000):
        marks = [
            bar for lane in stream(world, cells=cells).lanes for bar in lane.bars if "failed" in bar.state
        ]
        assert 0 < len(marks) <= seen


def test_the_legend_has_every_capability_and_every_set(world: BuiltCluster) -> None:
    figure = stream(world, window_seconds=1800.0)
    names = [name for name, _ in figure.capabilities]
    assert {"(none)", "gpu", "highmem"} <= set(names)
    sets = [{names[at] for at in of_set} for of_set in figure.sets]
    assert {"gpu", "highmem"} in sets
    for lane in figure.lanes:
        assert all(bar.capabilities < len(sets) for bar in lane.bars)


def test_scrolling_and_filtering_lanes(world: BuiltCluster) -> None:
    whole = [lane.worker for lane in stream(world).lanes]
    assert [lane.worker for lane in stream(world, first=4, rows=3).lanes] == whole[4:7]
    gpu = stream(world, filter="manager:spot")
    assert gpu.total == len(gpu.lanes) == 4
    one = stream(world, scope_kind="worker", scope_id=whole[2])
    assert [lane.worker for lane in one.lanes] == [whole[2]]


def test_a_filter_selects_workers_and_bars(world: BuiltCluster) -> None:
    whole = stream(world, cells=300)
    trained = stream(world, cells=300, filter="function:train_model manager:gpu")
    assert trained.workers == whole.total
    assert 0 < trained.total < whole.total
    drawn = [bar for lane in trained.lanes for bar in lane.bars]
    assert {bar.function for bar in drawn} == {"train_model"}
    every = stream(world, cells=300, filter="manager:gpu").lanes
    assert [lane.bars for lane in trained.lanes] == [
        [bar for bar in lane.bars if bar.function == "train_model"] for lane in every
    ]
    failed = stream(world, cells=300, filter="status:failed -status:died")
    alone = {bar.state for lane in failed.lanes for bar in lane.bars if bar.tasks == 1}
    assert alone <= {"failed", "success"}  # a bar before the one in which a task failed is not marked
    longer = stream(world, cells=300, filter="duration>10s")
    finished = [
        bar for lane in longer.lanes for bar in lane.bars if bar.state not in ("running", "suspended")
    ]
    assert {bar.function for bar in finished} <= {"train_model", "train_big_model"}
    assert any(lane.bars for lane in longer.lanes)


def test_a_parse_error_of_the_stream_filter_is_reported(world: BuiltCluster) -> None:
    figure = stream(world, filter="colour:red")
    assert "no column" in figure.filter_error
    assert figure.total == figure.workers == stream(world).total


def test_the_cursor_shows_the_end_states_of_merged_tasks(world: BuiltCluster) -> None:
    figure = stream(world, cells=12)
    lane, bar = next(
        (lane, bar)
        for lane in figure.lanes
        for bar in lane.bars
        if 0 < bar.failed < bar.ended - bar.canceled and bar.ended < bar.tasks
    )
    facts = dict(stream(world, cells=12, cursor_row=lane.worker, cursor_cell=bar.first_cell).cursor_facts)
    assert "state" not in facts
    assert int(facts["tasks"]) == bar.tasks
    assert int(facts["failed"]) == bar.failed
    ended = sum(int(facts.get(end, 0)) for end in ("success", "failed", "canceled"))
    assert ended == bar.ended
    assert int(facts["going on"]) == bar.tasks - ended
    assert facts["needs mostly"] == figure.capabilities[figure.sets[bar.capabilities][0]][0]


def test_the_cursor_shows_the_facts_of_its_bar(world: BuiltCluster) -> None:
    figure = stream(world, cells=240)
    lane = next(lane for lane in figure.lanes if any(bar.tasks == 1 for bar in lane.bars))
    bar = next(bar for bar in lane.bars if bar.tasks == 1)
    facts = dict(stream(world, cells=240, cursor_row=lane.worker, cursor_cell=bar.first_cell).cursor_facts)
    assert facts["state"] == bar.state
    assert facts["task"] == bar.task
    assert facts["duration"] != "-"
    idle = next(
        cell
        for cell in range(48, 240)  # before that nobody was watching
        if not any(b.first_cell <= cell <= b.last_cell for b in lane.bars)
    )
    assert cursor_state(world, lane.worker, idle) == "idle"


def cursor_state(world: Watched, worker: str, cell: int, **how: Any) -> str:
    return dict(stream(world, cells=240, cursor_row=worker, cursor_cell=cell, **how).cursor_facts)["state"]


def test_time_without_data_is_unknown_and_not_idle(world: BuiltCluster) -> None:
    cluster, status, now = world
    figure = stream(world, cells=240)
    assert figure.gaps == [(figure.start, cluster.started)]
    worker = figure.lanes[0].worker
    assert cursor_state(world, worker, 10) == "unknown: before this monitor looked"
    later = (cluster.snapshot(), status, now + 3_600.0)
    later[0].gaps.change(False, now + 60.0)
    later[0].gaps.change(True, now + 120.0)
    figure = stream(later, window_seconds=1_800.0, end_seconds_ago=1_800.0)
    assert figure.gaps[0] == (figure.start, figure.end)
    assert cursor_state(later, worker, 200, end_seconds_ago=1_800.0) == "unknown: longer ago than is kept"
    away = (later[0], status, now + 200.0)
    assert stream(away, window_seconds=180.0).gaps == [(now + 60.0, now + 120.0)]
    assert cursor_state(away, worker, 120, window_seconds=200.0) == "unknown: not connected then"
    assert cursor_state(away, worker, 200, window_seconds=200.0) == "idle"


def test_workers_are_unfolded_if_all_fit_or_if_asked_for(world: BuiltCluster) -> None:
    roomy = stream(world, rows=60, folded=())
    assert len(roomy.lanes) > roomy.total == 12
    assert [lane.lane for lane in roomy.lanes if lane.worker == roomy.lanes[0].worker] == [0, 1]
    names = list(dict.fromkeys(lane.worker for lane in roomy.lanes))
    assert {lane.lane for lane in stream(world, rows=17, folded=()).lanes} == {0}
    one = stream(world, rows=17, folded=(), unfolded=(names[2],))
    assert {lane.worker for lane in one.lanes if lane.lane} == {names[2]}
    every = stream(world, rows=17, folded=(names[0],), unfolded=("*",))
    assert len(every.lanes) == 17
    assert [lane.lane for lane in every.lanes][:3] == [0, 0, 1]
    assert {lane.lane for lane in stream(world, rows=60, folded=("*",)).lanes} == {0}


def test_lanes_hold_the_same_tasks_as_the_worker_whole(world: BuiltCluster) -> None:
    whole, lanes = stream(world, rows=60, cells=200), stream(world, rows=60, cells=200, folded=())
    for name in {lane.worker for lane in whole.lanes}:
        one, several = (
            [bar for lane in figure.lanes if lane.worker == name for bar in lane.bars]
            for figure in (whole, lanes)
        )
        assert sum(bar.ended for bar in one) == sum(bar.ended for bar in several)
        assert sum(bar.failed for bar in one) == sum(bar.failed for bar in several)


def test_the_cursor_is_on_one_lane(world: BuiltCluster) -> None:
    how = {"rows": 60, "cells": 240, "folded": ()}
    lane = next(lane for lane in stream(world, **how).lanes if lane.lane and lane.bars)
    bar = next(bar for bar in lane.bars if bar.tasks == 1)
    place = {"cursor_row": lane.worker, "cursor_cell": bar.first_cell}
    assert dict(stream(world, **how, **place, cursor_lane=lane.lane).cursor_facts)["task"] == bar.task
    assert dict(stream(world, **how, **place).cursor_facts).get("task") != bar.task


def test_a_lane_that_is_not_known_yet_is_not_called_idle() -> None:
    """Merged work is in a worker's first lane; the other lanes refer to it."""
    model = ClusterModel(1_000.0, Limits(spans=32, lasting_spans=1))
    cluster = model.state
    for i in range(60):
        model.apply_many([task(i, "success", seconds=10.0)], 1_010.0 + 5 * i)
    place = FigureQuestion("stream", 320, 9, window_seconds=320.0, unfolded=("w0",), cursor_row="w0")

    def look(lane: int, cell: int) -> StreamFigure:
        return stream_figure(cluster, place._replace(cursor_lane=lane, cursor_cell=cell), 1_320.0)

    figure = look(1, 5)
    until = int(present(figure.merged_until) - figure.start)
    assert 50 < until < 300
    assert dict(figure.cursor_facts)["state"].startswith("shown in lane 1, as all before ")
    assert dict(look(1, until + 30).cursor_facts)["state"] == "success"
    assert dict(look(1, 319).cursor_facts)["state"] == "idle"
    assert dict(look(0, 5).cursor_facts).keys() & {"success", "going on"}
