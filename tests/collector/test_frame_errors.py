"""The latest decode error is reported, and only until a newer report arrives."""

from __future__ import annotations

import pytest
from bench.hostile_frames import LISTS
from tests.collector.test_clock import Clocks, arrived, receive, status_of
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
        receive(watch, clocks, report())
    return watch


@pytest.mark.parametrize(
    ("frames", "problem"),
    [
        ([report(), HUGE], CANNOT + TOO_MANY),
        ([HUGE, report()], ""),
        ([report(), HUGE, task(1)], CANNOT + TOO_MANY),
    ],
)
def test_the_order_within_a_batch_counts(
    watch: Watch, clocks: Clocks, frames: list[bytes], problem: str
) -> None:
    receive(watch, clocks, *frames)
    clocks.go_on(60)
    assert (status_of(watch).word, status_of(watch).problem) == ("STALE", problem)


def test_delayed_frames_do_not_replace_a_later_skipped_message(watch: Watch, clocks: Clocks) -> None:
    waiting = arrived(clocks, HUGE, report())
    clocks.go_on(1)
    source_of(watch).skipped = Skipped("too long", clocks.steady)
    watch.process(waiting)
    clocks.go_on(60)
    status = status_of(watch)
    assert (status.problem, status.last_malformed) == (CANNOT + "too long", "too long")
    receive(watch, clocks, report())
    assert status_of(watch).problem == ""
    clocks.go_on(60)
    assert status_of(watch).problem == ""
    receive(watch, clocks, HUGE)
    status = status_of(watch)
    assert (status.problem, status.last_malformed) == (CANNOT + TOO_MANY, TOO_MANY)


def test_a_skipped_message_counts_as_later_than_frames_of_the_same_read(watch: Watch, clocks: Clocks) -> None:
    clocks.go_on(1)
    source_of(watch).skipped = Skipped("too long", clocks.steady)
    watch.process(Batch(clocks.wall, clocks.steady, STATE, [report()]))
    clocks.go_on(60)
    assert status_of(watch).problem == CANNOT + "too long"
