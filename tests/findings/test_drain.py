"""When the backlog will be done: an interval, or that it will not."""

from __future__ import annotations

import pytest
from tests.findings.report import Release
from tests.findings.town import Town
from tests.findings.watching import Watch

from scaler_monitor.findings.drain import drain_of_all, drain_of_clients, drain_of_functions


def running(open_tasks: int, come: int, release: float = 2.9) -> tuple[Town, Watch]:
    """A town of ten processors that end ten tasks a second, with so many open and so many that come."""
    town = Town(10, processors=1, release=Release(release))
    town.submit("work", open_tasks, client="c0", seconds=1.0)
    if come:
        town.every.append(lambda town: town.submit("more", come, client="c1", seconds=1.0))
    return town, Watch(town)


def test_a_backlog_drains_in_time() -> None:
    town, watch = running(1_500, 4)
    watch.run(60)
    drain = drain_of_all(watch.tracker.history)
    assert drain.state == "draining"
    assert drain.seconds is not None
    assert drain.arrivals_per_second == pytest.approx(4, abs=0.5)
    assert drain.endings_per_second == pytest.approx(10, abs=0.5)
    told = watch.town.at + drain.seconds[1]
    while town.jobs and town.at < told + 60 and len(town.jobs) > 8:
        watch.run(1)
    assert town.at == pytest.approx(told, abs=20)
    low, middle, high = drain.seconds
    assert 0 < low <= middle <= high


def test_what_varies_has_a_wider_interval() -> None:
    widths = []
    for burst in (4, 24):
        town = Town(10, processors=1)
        town.submit("work", 1_500, seconds=1.0)
        step = burst // 4

        def come(town: Town, burst: int = burst, step: int = step) -> None:
            if town.at % step == 0:
                town.submit("more", burst, seconds=1.0)

        town.every.append(come)
        watch = Watch(town)
        watch.run(60)
        drain = drain_of_all(watch.tracker.history)
        assert drain.seconds is not None
        widths.append(drain.seconds[2] - drain.seconds[0])
    assert widths[1] > 2 * widths[0]


def test_more_than_can_be_done_grows() -> None:
    _, watch = running(100, 20)
    watch.run(60)
    drain = drain_of_all(watch.tracker.history)
    assert (drain.state, drain.seconds) == ("growing", None)


def test_what_stands_still_is_not_draining() -> None:
    town, watch = running(0, 0)
    town.submit("long", 100, seconds=5_000.0)
    watch.run(60)
    drain = drain_of_all(watch.tracker.history)
    assert (drain.state, drain.seconds, drain.open_tasks) == ("steady", None, 100)


def test_nothing_open_is_done() -> None:
    _, watch = running(0, 0)
    watch.run(30)
    drain = drain_of_all(watch.tracker.history)
    assert (drain.open_tasks, drain.seconds, drain.state) == (0, (0.0, 0.0, 0.0), "steady")


def test_unknown_before_enough_was_watched_and_where_nothing_counts() -> None:
    _, watch = running(500, 0)
    watch.run(4)
    assert drain_of_all(watch.tracker.history).state == "unknown"
    _, watch = running(500, 0, release=2.02)
    watch.run(60)
    assert drain_of_all(watch.tracker.history).state == "unknown"


def test_by_function_and_by_client() -> None:
    _, watch = running(1_500, 4)
    watch.run(60)
    functions, clients = drain_of_functions(watch.tracker.history), drain_of_clients(watch.tracker.history)
    assert functions["work"].state == "draining"
    assert functions["more"].arrivals_per_second == pytest.approx(4, abs=0.5)
    assert clients["c0"].state == "draining"
    assert clients["c1"].arrivals_per_second == pytest.approx(4, abs=0.5)


def test_clients_are_unknown_where_tasks_name_none() -> None:
    _, watch = running(1_500, 4, release=2.6)
    watch.run(60)
    assert {drain.state for drain in drain_of_clients(watch.tracker.history).values()} == {"unknown"}
