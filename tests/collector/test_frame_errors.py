"""Of what could not be read the newest reason stands, and only while no newer report has come."""

from __future__ import annotations

import pytest
from bench.hostile_frames import LISTS
from tests.collector.test_clock import Clocks, arrived, hear, status_of
from tests.collector.test_watch import STATE, StillFeed, report, source_of, task, watch_of

from scaler_monitor.collector.source import Batch, Skipped
from scaler_monitor.collector.watch import Watch
from scaler_monitor.wire.frame_limits import FRAME_LIMIT

HUGE = LISTS["workers"](FRAME_LIMIT)
TOO_MANY = "786,424 workers: more than there is room for"
CANNOT = "what the scheduler says cannot be read: "


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def watch(clocks: Clocks) -> Watch:
    watch = watch_of(StillFeed(), clocks.clock)
    for _ in range(3):
        clocks.go_on(1)
        hear(watch, clocks, report())
    return watch


@pytest.mark.parametrize(
    ("frames", "problem"),
    [
        ([report(), HUGE], CANNOT + TOO_MANY),
        ([HUGE, report()], ""),
        ([report(), HUGE, task(1)], CANNOT + TOO_MANY),
    ],
)
def test_the_order_within_what_came_together_counts(
    watch: Watch, clocks: Clocks, frames: list[bytes], problem: str
) -> None:
    hear(watch, clocks, *frames)
    clocks.go_on(60)
    assert (status_of(watch).word, status_of(watch).problem) == ("STALE", problem)


def test_what_waited_says_nothing_about_what_came_later_and_was_passed_over(
    watch: Watch, clocks: Clocks
) -> None:
    waiting = arrived(clocks, HUGE, report())
    clocks.go_on(1)
    source_of(watch).skipped = Skipped("too long", clocks.steady)
    watch.process(waiting)
    clocks.go_on(60)
    status = status_of(watch)
    assert (status.problem, status.last_malformed) == (CANNOT + "too long", "too long")
    hear(watch, clocks, report())
    assert status_of(watch).problem == ""
    clocks.go_on(60)
    assert status_of(watch).problem == ""
    hear(watch, clocks, HUGE)
    status = status_of(watch)
    assert (status.problem, status.last_malformed) == (CANNOT + TOO_MANY, TOO_MANY)


def test_what_is_passed_over_comes_behind_what_was_read_with_it(watch: Watch, clocks: Clocks) -> None:
    clocks.go_on(1)
    source_of(watch).skipped = Skipped("too long", clocks.steady)
    watch.process(Batch(clocks.wall, clocks.steady, STATE, [report()]))
    clocks.go_on(60)
    assert status_of(watch).problem == CANNOT + "too long"
