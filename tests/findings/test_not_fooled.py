"""What looks like a fault and is none: the third column of the table of rules."""

from __future__ import annotations

import pytest
from tests.findings.peace import told, working
from tests.findings.stages import GPU, some
from tests.findings.town import Town, Worker
from tests.findings.watching import Watch, let_pass

from scaler_monitor.wire.event import Capability


def test_unknown_capabilities_are_not_missing_ones() -> None:
    town = working()
    for worker in town.workers.values():
        town.give(town.make("long", seconds=900.0), worker)  # busy when the task comes
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
    town.every.append(lambda town: town.hire() if len(town.workers) < 60 else None)
    watch = Watch(town)
    watch.run(90)
    assert not told(watch, "waiting")


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
    town.clients["idle"] = 0
    town.every.append(lambda town: town.submit("work", 50, client="c0", seconds=3.0))
    watch = Watch(town)
    watch.run(90)
    assert not told(watch, "flood")


@pytest.mark.parametrize("release", [2.6, 2.9])
def test_a_flood_is_told_of_counts_where_tasks_name_no_client(release: float) -> None:
    town = working(release=release)
    watch = Watch(town)
    watch.run(90)
    town.every.append(lambda town: town.submit("flooding", 50, client="big", seconds=3.0))
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
