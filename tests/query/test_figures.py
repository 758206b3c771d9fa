"""Figures, facts and overview from the scenario, against the model."""

from __future__ import annotations

from typing import Any

import pytest
from tests.model.worlds import task
from tests.present import present
from tests.scenario import BuiltCluster, build_cluster

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.timeline.bars import Bar
from scaler_monitor.protocol.page import (
    Answer,
    ChartFigure,
    FigureQuestion,
    Question,
    Status,
    StreamBar,
    StreamFigure,
)
from scaler_monitor.query.answer import answer_question
from scaler_monitor.query.stream_figure import stream_figure


@pytest.fixture(scope="module")
def world() -> BuiltCluster:
    return build_cluster()


Watched = tuple[ClusterState, Status, float]
"""As a built cluster; a picture of one too."""


def ask(world: Watched, **question: Any) -> Answer:
    cluster, status, now = world
    return answer_question(cluster, status, Question("viewer", **question), now)


def stream(world: Watched, **how: Any) -> StreamFigure:
    how = {"cells": 60, "rows": 20, "folded": ("*",), **how}
    return present(present(ask(world, figures=(FigureQuestion("stream", **how),)).figures)[0].stream)


def chart_of(world: Watched, name: str, **how: Any) -> ChartFigure:
    return present(present(ask(world, figures=(FigureQuestion(name, **how),)).figures)[0].chart)


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


def test_legend_knows_every_capability_and_the_sets_that_are_made_of_them(world: BuiltCluster) -> None:
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


def test_a_filter_chooses_workers_and_bars(world: BuiltCluster) -> None:
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


def test_a_filter_of_the_stream_that_does_not_parse_is_told(world: BuiltCluster) -> None:
    figure = stream(world, filter="colour:red")
    assert "no column" in figure.filter_error
    assert figure.total == figure.workers == stream(world).total


def test_the_cursor_tells_how_each_of_many_tasks_ended(world: BuiltCluster) -> None:
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


def test_the_cursor_tells_what_it_stands_on(world: BuiltCluster) -> None:
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
    assert pointed_state(world, lane.worker, idle) == "idle"


def pointed_state(world: Watched, worker: str, cell: int, **how: Any) -> str:
    return dict(stream(world, cells=240, cursor_row=worker, cursor_cell=cell, **how).cursor_facts)["state"]


def test_time_that_nobody_watched_is_unknown_and_not_idle(world: BuiltCluster) -> None:
    cluster, status, now = world
    figure = stream(world, cells=240)
    assert figure.gaps == [(figure.start, cluster.started)]
    worker = figure.lanes[0].worker
    assert pointed_state(world, worker, 10) == "unknown: before this monitor looked"
    later = (cluster.snapshot(), status, now + 3_600.0)
    later[0].gaps.change(False, now + 60.0)
    later[0].gaps.change(True, now + 120.0)
    figure = stream(later, window_seconds=1_800.0, end_seconds_ago=1_800.0)
    assert figure.gaps[0] == (figure.start, figure.end)
    assert pointed_state(later, worker, 200, end_seconds_ago=1_800.0) == "unknown: longer ago than is kept"
    away = (later[0], status, now + 200.0)
    assert stream(away, window_seconds=180.0).gaps == [(now + 60.0, now + 120.0)]
    assert pointed_state(away, worker, 120, window_seconds=200.0) == "unknown: not connected then"
    assert pointed_state(away, worker, 200, window_seconds=200.0) == "idle"


def test_charts_show_reports_and_finished_tasks(world: BuiltCluster) -> None:
    now = world[2]
    for figure, unit in (("memory", "bytes"), ("cpu", "percent")):
        chart = chart_of(world, figure, cells=50, window_seconds=200.0)
        assert chart.end == now
        assert {series.unit for series in chart.series} == {unit}
        for series in chart.series:
            assert len(series.values) == 50
            assert any(value is not None for value in series.values), series.name
    fleet = chart_of(world, "memory", cells=50, window_seconds=200.0).series[0]
    assert min(v for v in fleet.values if v is not None) > 1e9


def test_what_is_not_known_is_not_drawn(world: BuiltCluster) -> None:
    chart = chart_of(world, "memory", cells=30, window_seconds=1800.0)
    assert chart.series[0].values[:20] == [None] * 20


def test_histogram_counts_every_profile_of_its_function(world: BuiltCluster) -> None:
    cluster, _, _ = world
    for name in ("train_model", "price_option"):
        chart = chart_of(world, "histogram", cells=20, scope_kind="function", scope_id=name)
        assert sum(map(present, chart.series[0].values)) == cluster.functions.entries[name].durations.count
        assert 0 < chart.start < chart.end
        assert len(chart.series[0].values) <= 20
    everything = chart_of(world, "histogram", cells=20)
    assert sum(map(present, everything.series[0].values)) == sum(
        e.durations.count for e in cluster.functions.rows()
    )
    nothing = chart_of(world, "histogram", cells=20, scope_kind="function", scope_id="no such")
    assert nothing.series == []


def test_figures_are_answered_in_the_order_asked(world: BuiltCluster) -> None:
    names = ("cpu", "stream", "nonsense", "memory")
    figures = tuple(FigureQuestion(name, cells=20) for name in names)
    answered = present(ask(world, figures=figures).figures)
    assert tuple(figure.figure for figure in answered) == names
    assert [figure.stream is not None for figure in answered] == [False, True, False, False]
    assert [figure.chart is not None for figure in answered] == [True, False, False, True]
    assert present(answered[0].chart).series[0].unit == "percent"
    assert ask(world).figures == ()


def test_facts_of_each_kind(world: BuiltCluster) -> None:
    cluster, _, _ = world
    worker = cluster.workers.names[0]
    facts = dict(present(ask(world, facts_kind="worker", facts_id=worker).facts))
    assert facts["worker"] == worker
    assert facts["mem%"].endswith("%")
    task = next(task for task in reversed(cluster.tasks.records.values()) if task.state == "success")
    facts = dict(present(ask(world, facts_kind="task", facts_id=task.hex).facts))
    assert (facts["task"], facts["status"], facts["worker"]) == (task.hex, "success", task.worker)
    assert facts["duration"] != "-"
    facts = dict(present(ask(world, facts_kind="function", facts_id="train_model").facts))
    assert facts["tasks"] == "102"
    for kind, thing in (("task", "zz"), ("worker", "nobody"), ("nonsense", "x")):
        assert ask(world, facts_kind=kind, facts_id=thing).facts == []


def test_overview_is_the_models(world: BuiltCluster) -> None:
    cluster, _, _ = world
    overview = present(ask(world).overview)
    columns = present(cluster.workers.columns)
    assert overview.workers == 11
    assert overview.departed_workers == 1
    assert overview.queued == sum(columns.queued.tolist())
    of_agents = sum(columns.agent_rss_bytes.tolist())
    assert overview.agent_rss_bytes == of_agents
    assert overview.worker_rss_bytes == sum(columns.processors.rss_bytes.tolist()) + of_agents
    assert overview.inactive == 0
    on_processors = len(columns.processors.pid) - present(overview.suspended)
    assert present(overview.running) + present(overview.idle) == on_processors
    assert overview.pending_workers == 3
    assert present(overview.task_states)["success"] == overview.seen["success"]
    assert overview.function_tasks[0][0] == "price_option"
    assert sum(tasks for _, tasks in overview.function_tasks) == len(cluster.tasks)
    assert overview.rss_history == sorted(overview.rss_history)
    assert len(overview.rss_history) == 240
    assert ask(world, overview=False).overview is None


def test_workers_are_unfolded_where_all_have_room_and_where_somebody_asks(world: BuiltCluster) -> None:
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


def test_the_cursor_stands_on_one_lane(world: BuiltCluster) -> None:
    how = {"rows": 60, "cells": 240, "folded": ()}
    lane = next(lane for lane in stream(world, **how).lanes if lane.lane and lane.bars)
    bar = next(bar for bar in lane.bars if bar.tasks == 1)
    place = {"cursor_row": lane.worker, "cursor_cell": bar.first_cell}
    assert dict(stream(world, **how, **place, cursor_lane=lane.lane).cursor_facts)["task"] == bar.task
    assert dict(stream(world, **how, **place).cursor_facts).get("task") != bar.task


def test_a_lane_that_is_not_known_yet_is_not_called_idle() -> None:
    """What was folded is told in a worker's first lane; the other ones say so."""
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
    assert dict(figure.cursor_facts)["state"].startswith("told in lane 1, as all before ")
    assert dict(look(1, until + 30).cursor_facts)["state"] == "success"
    assert dict(look(1, 319).cursor_facts)["state"] == "idle"
    assert dict(look(0, 5).cursor_facts).keys() & {"success", "going on"}
