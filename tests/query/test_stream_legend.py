"""The capabilities in the legend of the task stream, and their positions."""

from __future__ import annotations

from tests.model.worlds import task

from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import FigureQuestion, StreamFigure
from scaler_monitor.query.stream_figure import stream_figure
from scaler_monitor.query.stream_legend import KEPT_PLACES, MAX_LEGEND
from scaler_monitor.wire.event import Capability


def needing(*tasks: tuple[float, str]) -> ClusterState:
    """Return a cluster in which tasks ended at given times, each with the capabilities in its text."""
    model = ClusterModel(0.0)
    cluster = model.state
    for number, (when, text) in enumerate(tasks):
        needs = tuple(Capability(name, -1) for name in text.split())
        model.apply_many([task(number, "success", seconds=1.0)._replace(capabilities=needs)], when)
    return cluster


def figure(cluster: ClusterState, now: float) -> StreamFigure:
    return stream_figure(cluster, FigureQuestion("stream", cells=100, rows=10, window_seconds=100.0), now)


def test_a_task_counts_for_each_capability_that_it_needs() -> None:
    drawn = figure(needing((10.0, "gpu"), (20.0, "gpu linux"), (30.0, "linux")), 40.0)
    assert drawn.capabilities == [("(none)", 0), ("gpu", 2), ("linux", 2)]
    bars = [bar for lane in drawn.lanes for bar in lane.bars]
    assert [drawn.sets[bar.capabilities] for bar in bars] == [[1], [1, 2], [2]]


def test_a_capability_keeps_its_position_when_the_needs_change() -> None:
    cluster = needing((10.0, "zeta"), (120.0, "alpha"), (130.0, "alpha"), (210.0, "mid"), (215.0, ""))
    seen = [dict(figure(cluster, now).capabilities) for now in (50.0, 140.0, 250.0)]
    assert [list(names)[:4] for names in seen] == [["(none)", "zeta", "alpha", "mid"]] * 3
    assert [names["alpha"] for names in seen] == [0, 2, 0]
    assert [names["zeta"] for names in seen] == [1, 0, 0]


def test_of_many_capabilities_the_most_needed_come_first() -> None:
    many = [(10.0 + number / 100, f"c{number}") for number in range(MAX_LEGEND + KEPT_PLACES)]
    drawn = figure(needing(*many, (20.0, "c7"), (21.0, "c7"), (22.0, "c9")), 40.0)
    assert drawn.capabilities[:2] == [("c7", 3), ("c9", 2)]
    assert drawn.capabilities[-1] == ("(more)", KEPT_PLACES)
    assert max(max(of_set) for of_set in drawn.sets) == MAX_LEGEND


def test_only_drawn_sets_are_sent_to_the_viewer() -> None:
    cluster = needing(*((10.0 + number / 100, f"c{number} d{number}") for number in range(200)))
    drawn = figure(cluster, 40.0)
    bars = [bar for lane in drawn.lanes for bar in lane.bars]
    assert sorted(bar.capabilities for bar in bars) == list(range(len(drawn.sets)))
    assert len(drawn.sets) < 10
    assert sum(count for _, count in drawn.capabilities) == 2 * 200
