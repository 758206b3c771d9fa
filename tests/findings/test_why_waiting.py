"""Why a task does not run: each thing that must hold, with yes, no or unknown."""

from __future__ import annotations

from tests.findings.report import Release
from tests.findings.stages import GPU, some
from tests.findings.town import Town
from tests.findings.watching import Watch, let_pass

from scaler_monitor.findings.why_waiting import why_not_running


def asked(watch: Watch, task_id: bytes) -> dict[str, tuple[str, str]]:
    """What is said of a task."""
    found = why_not_running(watch.cluster, task_id)
    return {each.name: (each.met, each.text) for each in found}


def test_nobody_has_what_it_needs() -> None:
    town = Town(10)
    town.manager_words["pool"] = "cpu"
    watch = Watch(town)
    job = town.submit("train", needs=GPU)[0]
    watch.run(20)
    told = asked(watch, job.task_id)
    assert told["a worker has what it needs"] == ("no", "it needs gpu: 0 of 10 workers have it")
    assert told["its queue has room"][0] == "no"
    assert told["no task ahead of it is blocked"][0] == "yes"
    assert told["a manager is about to start such workers"] == ("no", "none of 1 manager names what it needs")


def test_what_workers_can_do_is_unknown_to_one_who_came_late() -> None:
    town = Town(10)
    let_pass(town, 5)
    watch = Watch(town)
    job = town.submit("train", needs=GPU)[0]
    watch.run(5)
    holds, text = asked(watch, job.task_id)["a worker has what it needs"]
    assert holds == "unknown"
    assert "it is unknown for 10" in text


def test_the_first_that_cannot_be_placed_holds_up_the_others() -> None:
    town = Town(2, places=2)
    town.submit("long", 4, seconds=900.0)
    watch = Watch(town)
    town.submit("train", needs=GPU)
    job = town.submit("work")[0]
    watch.run(30)
    holds, text = asked(watch, job.task_id)["no task ahead of it is blocked"]
    assert holds == "no"
    assert "1 task ahead" in text
    assert "it needs gpu" in text
    told = asked(watch, job.task_id)
    assert told["a worker has what it needs"][0] == "yes"
    assert told["its queue has room"] == ("no", "0 of 2 such workers have a free slot in their queue")
    assert told["a processor there is free"][0] == "no"


def test_a_task_that_its_worker_holds_back() -> None:
    town = Town(3)
    worker = some(town)
    jobs = [town.make("work", seconds=900.0) for _ in range(5)]
    for job in jobs:
        town.give(job, worker)
    town.balancing = False
    watch = Watch(town)
    watch.run(10)
    told = asked(watch, jobs[-1].task_id)
    assert told["its worker sends heartbeats"][0] == "yes"
    assert told["a processor there is free"] == ("no", "2 of its 2 processors have a task")
    assert told["no task is ahead of it in the queue"][0] == "unknown"
    worker.speaks = False
    town.ask_back(jobs[-1], "balanceCanceling")
    watch.run(15)
    told = asked(watch, jobs[-1].task_id)
    assert told["its worker sends heartbeats"][0] == "no"
    assert told["it is not being canceled or moved"] == ("no", "it has been in balanceCanceling for 14s")


def test_one_that_runs_or_has_ended_waits_for_nothing() -> None:
    town = Town(3)
    watch = Watch(town)
    job, short = town.submit("work", seconds=100.0)[0], town.submit("work", seconds=1.0)[0]
    watch.run(5)
    assert why_not_running(watch.cluster, job.task_id) == ()
    assert why_not_running(watch.cluster, short.task_id) == ()
    assert why_not_running(watch.cluster, b"nobody") == ()


def test_a_release_that_does_not_say_what_tasks_need() -> None:
    town = Town(3, release=Release(1.12))
    watch = Watch(town)
    job = town.submit("train", needs=GPU)[0]
    watch.run(5)
    assert asked(watch, job.task_id)["a worker has what it needs"][0] == "unknown"
