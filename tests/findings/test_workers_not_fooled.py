"""What looks like a fault of workers or hosts and is none."""

from __future__ import annotations

import pytest
from tests.findings.peace import told, working
from tests.findings.stages import some
from tests.findings.town import Town
from tests.findings.watching import Watch


@pytest.mark.parametrize("own", [0.05, 0.8])
def test_a_limit_that_workers_share_is_told_once_and_of_the_host(own: float) -> None:
    town = working()
    there = [worker for worker in town.workers.values() if worker.host == "node-0000"]
    watch = Watch(town)
    watch.run(5)
    for worker in there:
        worker.used, worker.own = 0.95, own
    watch.run(10)
    subjects = {f.subject for f in watch.tracker.findings if f.rule == "memory"}
    assert subjects == ({"node-0000"} if own < 0.5 else {worker.name for worker in there})


def test_no_limit_is_no_full_memory() -> None:
    town = working()
    for worker in town.workers.values():
        worker.limit, worker.used = 0, 0.99
    watch = Watch(town)
    watch.run(90)
    assert not told(watch, "memory")


@pytest.mark.parametrize("period", [8, 20, 45, 100])
def test_a_sawtooth_does_not_grow_towards_the_limit(period: int) -> None:
    town = working()
    worker = some(town)

    def saw(town: Town) -> None:
        worker.used = 0.5 + 0.38 * (town.at % period) / period

    town.every.append(saw)
    watch = Watch(town)
    watch.run(period + 20)  # the first time nobody can know that it comes down
    before = len(watch.seen)
    watch.run(250)
    assert not [f for _, findings in watch.seen[before + 20 :] for f in findings if f.rule == "memory"]


def test_a_walk_to_and_fro_is_no_growth() -> None:
    town = working(60)

    def walk(town: Town) -> None:
        for worker in town.workers.values():
            worker.used = min(0.9, max(0.5, worker.used + town.random.gauss(0, 0.006)))

    for worker in town.workers.values():
        worker.used = 0.72
    town.every.append(walk)
    watch = Watch(town)
    watch.run(400)
    assert not told(watch, "memory")


def test_growth_towards_the_limit_is_told_before_it_is_reached() -> None:
    town = working()
    worker = some(town)
    watch = Watch(town)
    watch.run(70)

    def grow(town: Town) -> None:
        worker.used += 0.004

    town.every.append(grow)
    found = watch.until("memory", 140, worker.name)
    assert worker.used < 0.85
    assert "full in about" in found.text


@pytest.mark.parametrize("release", [1.27, 2.6])
def test_a_silent_worker_stays_so_where_its_one_byte_of_seconds_runs_over(release: float) -> None:
    town = working(release=release)
    worker = some(town)
    worker.speaks, worker.frozen = False, True
    watch = Watch(town)
    watch.until("silent", 18, worker.name)
    watch.run(300)
    assert len({f.id for _, findings in watch.seen for f in findings if f.rule == "silent"}) == 1
    assert "no heartbeat for 31" in watch.tracker.findings[0].text


def test_a_scheduler_that_stood_still_has_not_lost_its_workers() -> None:
    town = working()
    watch = Watch(town)
    watch.run(60)
    for _ in range(4):
        town.at += 25.0  # no report, and heartbeats wait to be read
        for worker in list(town.workers.values())[::2]:
            worker.speaks, worker.seen = False, 25
        watch.run(1)
    for worker in town.workers.values():
        worker.speaks = True
    watch.run(30)
    assert not told(watch, "silent")


def test_clients_that_have_gone_home_are_not_silent() -> None:
    town = working()
    watch = Watch(town)
    town.submit("work", 3, client="gone")
    watch.run(20)
    town.clients["gone"] = 500
    watch.run(20)
    assert not told(watch, "silent")
    town.submit("long", 3, client="gone", seconds=900.0)
    assert watch.until("silent", 8).subject == "gone"


def test_a_slow_fleet_is_not_silent() -> None:
    town = working()
    watch = Watch(town)
    worker = some(town)

    def slow(town: Town) -> None:
        for other in town.workers.values():
            other.speaks = False
            other.seen = 14 if other is worker else 3

    town.every.append(slow)
    watch.run(40)
    assert not told(watch, "silent")  # five times what is usual is 20 s


def test_scale_down_is_no_death() -> None:
    town = Town(20)
    watch = Watch(town)
    watch.run(20)
    for worker in list(town.workers.values())[10:]:
        town.leave(worker)
    watch.run(60)
    assert watch.worst() == []
    assert not told(watch, "worker_died")


def test_a_cluster_with_one_function_has_no_poison() -> None:
    town = Town(20)
    town.every.append(lambda town: town.submit("only", 10, seconds=4.0))
    watch = Watch(town)
    watch.run(20)
    for _ in range(5):
        town.die(next(w for w in town.workers.values() if w.speaks and any(w.on)))
        town.hire()
        watch.run(10)
    assert told(watch, "worker_died")
    assert not [text for text in told(watch, "poison") if text.startswith("only ")]


def test_two_durations_make_no_slow_host() -> None:
    town = Town(100, of_host=5)

    def two(town: Town) -> None:
        town.submit("both", 24, seconds=0.5)
        town.submit("both", 16, seconds=3.0)

    town.every.append(two)
    watch = Watch(town)
    watch.run(200)
    assert not told(watch, "slow_host")


def test_all_hosts_slower_is_no_slow_host() -> None:
    town = working(20)
    watch = Watch(town)
    watch.run(60)
    for worker in town.workers.values():
        worker.speed = 2.0
    watch.run(60)
    assert not told(watch, "slow_host")
