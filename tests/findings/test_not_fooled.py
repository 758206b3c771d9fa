"""What looks like a fault and is none: the third column of the table of rules."""

from __future__ import annotations

import pytest
from tests.findings.faults import GPU, some, work
from tests.findings.town import Release, Town, Worker
from tests.findings.watching import Watch, let_pass

from scaler_monitor.wire.event import Capability


def working(workers: int = 10, release: float = 2.9, places: int = 1_000) -> Town:
    """A town at peace."""
    town = Town(workers, release=Release(release), places=places)
    town.every.append(work)
    return town


def told(watch: Watch, rule: str) -> list[str]:
    """All that a rule told in the whole watch, merged or not."""
    return [
        finding.text
        for _, findings in watch.seen
        for finding in findings
        if rule in (finding.rule, *finding.merged)
    ]


def test_unknown_capabilities_are_not_missing_ones() -> None:
    town = working()
    for worker in town.workers.values():
        worker.on[0] = town.make("long", seconds=900.0)  # busy when the task comes: nothing follows of it
        worker.on[0].worker, worker.on[0].began, worker.on[0].state = worker, town.at, "running"
    let_pass(town, 30)
    watch = Watch(town)
    watch.run(5)
    town.submit("train", 5, needs=GPU)
    watch.run(60)
    assert not told(watch, "starved_capability")


def test_idle_workers_that_were_not_given_a_task_lack_what_it_needs() -> None:
    town = Town(10)
    let_pass(town, 30)
    watch = Watch(town)
    watch.run(5)
    town.submit("train", 5, needs=GPU)
    assert watch.until("starved_capability", 35).severity == "critical"


def test_a_scheduler_that_heeds_no_capabilities_starves_none() -> None:
    town = working()
    worker = some(town)
    town.give(town.make("train", needs=GPU, seconds=900.0), worker)
    watch = Watch(town)
    town.submit("train", 5, needs=GPU)
    watch.run(60)
    assert not told(watch, "starved_capability")


def test_workers_that_are_on_their_way_are_a_notice() -> None:
    town = working()
    town.pending["pool"] = 1
    watch = Watch(town)
    town.submit("train", 5, needs=GPU)
    assert watch.until("starved_capability", 35).severity == "notice"


def test_those_that_have_it_being_full_while_others_idle_is_a_warning() -> None:
    gpu: tuple[Capability, ...] = GPU
    town = Town(10, capabilities=lambda number: gpu if number == 0 else ())
    watch = Watch(town)
    town.submit("train", 6, needs=GPU, seconds=500.0)
    found = watch.until("starved_capability", 35)
    assert found.severity == "warning"
    assert "18 of 20 processors are idle" in found.text


def test_a_ramp_up_is_not_waiting_without_cause() -> None:
    town = Town(0, places=4)
    town.submit("work", 500, seconds=20.0)
    town.every.append(lambda town: town.hire() and None if len(town.workers) < 60 else None)
    watch = Watch(town)
    watch.run(90)
    assert not told(watch, "waiting")


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
    assert "not spoken for 31" in watch.tracker.findings[0].text


def test_a_scheduler_that_stood_still_has_not_lost_its_workers() -> None:
    town = working()
    watch = Watch(town)
    watch.run(60)
    town.at += 25.0  # no report, and heartbeats wait to be read
    for worker in town.workers.values():
        worker.speaks = False
        worker.seen += 25
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
    town.every.append(lambda town: town.submit("only", 10, seconds=4.0) and None)
    watch = Watch(town)
    watch.run(20)
    for _ in range(5):
        town.die(next(w for w in town.workers.values() if w.speaks and any(w.on)))
        town.hire()
        watch.run(10)
    assert told(watch, "worker_died")
    assert not [text for text in told(watch, "poison") if text.startswith("only ")]


@pytest.mark.parametrize("share", [4, 2])
def test_a_function_that_has_always_failed_is_a_notice_at_most(share: int) -> None:
    town = working()

    def habit(town: Town) -> None:
        for number in range(8):
            town.submit("train", seconds=0.5, ends_as="failed" if number % share == 1 else "success")

    town.every.append(habit)
    let_pass(town, 60)
    watch = Watch(town)
    watch.run(200)
    texts = [text for text in watch.worst() if text.startswith("failing")]
    assert texts == [] or share == 2  # half of all is told in any case where what was before is unknown


def test_a_change_of_habit_is_told_with_both_figures() -> None:
    town = working(40)
    worse: list[int] = []

    def happening(town: Town) -> None:
        for number in range(20):
            failed = number < (8 if worse else 1)
            town.submit("train", seconds=0.5, ends_as="failed" if failed else "success")

    town.every.append(happening)
    watch = Watch(town)
    watch.run(150)
    assert not told(watch, "failing_function")
    worse.append(1)
    found = watch.until("failing_function", 15, "train")
    assert found.severity == "warning"
    assert "5.0% before" in found.text


def test_native_code_that_is_not_interrupted_is_not_stuck() -> None:
    town = working()
    watch = Watch(town)
    for _ in range(2):  # it may well take so long
        town.submit("native", 2, seconds=150.0)
    jobs = town.submit("native", 2, seconds=140.0)
    watch.run(170)
    jobs = town.submit("native", 2, seconds=140.0)
    watch.run(5)
    for job in jobs:
        town.ask_back(job, "canceling")
    watch.run(120)
    assert not told(watch, "stuck_cancel")


def test_a_scheduler_of_several_threads_is_not_saturated() -> None:
    town = working()
    town.cpu = 2_400
    watch = Watch(town)
    watch.run(120)
    assert not told(watch, "scheduler_saturated")


def test_one_big_upload_is_not_a_storage_that_is_behind() -> None:
    town = working()
    watch = Watch(town)
    watch.run(20)
    town.every.append(lambda town: setattr(town, "storage", (40, 1, town.storage[2] + 1)))
    watch.run(60)
    assert not told(watch, "object_storage")


def test_the_only_client_does_not_flood() -> None:
    town = Town(10)
    town.every.append(lambda town: town.submit("work", 50, client="c0", seconds=3.0) and None)
    watch = Watch(town)
    watch.run(90)
    assert not told(watch, "flood")


@pytest.mark.parametrize("release", [2.6, 2.9])
def test_a_flood_is_told_of_counts_where_tasks_name_no_client(release: float) -> None:
    town = working(release=release)
    watch = Watch(town)
    watch.run(90)
    town.every.append(lambda town: town.submit("flooding", 50, client="big", seconds=3.0) and None)
    assert watch.until("flood", 36).subject == "big"


def test_a_balancer_that_is_about_to_move_tasks_is_no_imbalance() -> None:
    town = Town(10)
    watch = Watch(town)
    watch.run(20)
    for _ in range(60):
        worker: Worker = some(town)
        town.give(town.make("work", seconds=8.0), worker)
    watch.run(60)
    assert not told(watch, "imbalance")


def test_idle_workers_that_cannot_do_what_queues_are_no_imbalance() -> None:
    town = Town(10, capabilities=lambda number: GPU if number == 0 else ())
    watch = Watch(town)
    town.submit("train", 30, needs=GPU, seconds=60.0)
    watch.run(60)
    assert not told(watch, "imbalance")


def test_a_slow_cloud_delivers() -> None:
    town = Town(2, places=2)
    town.pending["pool"] = 20
    town.submit("long", 200, seconds=5_000.0)
    watch = Watch(town)
    for _ in range(4):
        watch.run(150)
        town.hire()
    assert not told(watch, "manager_stalled")
    watch.until("manager_stalled", 186, "pool")


def test_a_function_of_two_durations_has_no_straggler_above_a_notice() -> None:
    town = working()

    def two(town: Town) -> None:
        town.submit("both", 3, seconds=0.5)
        if town.at % 25 == 0:
            town.submit("both", 1, seconds=22.0)

    town.every.append(two)
    let_pass(town, 25)
    watch = Watch(town)
    watch.run(50)  # what nobody has seen before may well hang
    watch.seen.clear()
    watch.run(300)
    assert [text for text in watch.worst() if text.startswith("straggler")] == []


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
