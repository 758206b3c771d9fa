"""What is said of a worker that has left: its last figures and the likely cause."""

from __future__ import annotations

from tests.findings.peace import work
from tests.findings.stages import some
from tests.findings.town import Town, Worker
from tests.findings.watching import Watch

from scaler_monitor.findings.post_mortem import PostMortem, post_mortem


def died(town: Town, watch: Watch, *workers: Worker) -> list[PostMortem]:
    """Let workers die; what is said of each."""
    for worker in workers:
        town.leave(worker)
    watch.run(2)
    found = [post_mortem(watch.cluster, worker.name) for worker in workers]
    assert all(found)
    return [each for each in found if each is not None]


def laden(workers: int = 10) -> tuple[Town, Watch]:
    """A town in which each worker has two long tasks."""
    town = Town(workers)
    town.every.append(work)
    for worker in town.workers.values():
        for _ in range(3):
            town.give(town.make("train", seconds=500.0), worker)
    watch = Watch(town)
    watch.run(20)
    return town, watch


def test_memory() -> None:
    town, watch = laden()
    worker = some(town)
    worker.used = 0.96
    watch.run(2)
    (told,) = died(town, watch, worker)
    assert told.cause == "memory"
    assert told.memory_share is not None
    assert round(told.memory_share, 2) == 0.96
    assert told.on_processors == 2
    assert told.tasks_held is not None
    assert told.tasks_held >= 3
    assert "memory was 7.7G of 8.0G" in told.sentence
    finding = watch.tracker.findings[0]
    assert finding.rule == "worker_died"
    assert finding.evidence["likely_cause"] == "memory"
    assert finding.evidence["functions"] == "train"


def test_scale_down() -> None:
    town = Town(10)
    watch = Watch(town)
    watch.run(5)
    (told,) = died(town, watch, some(town))
    assert told.cause == "scale-down"
    assert watch.tracker.findings == ()


def test_one_that_says_goodbye_with_tasks_is_no_death() -> None:
    town, watch = laden()
    (told,) = died(town, watch, some(town))
    assert told.cause == "scale-down"
    assert "start again on other workers" in told.reason
    assert watch.tracker.findings == ()


def test_host() -> None:
    town, watch = laden()
    there = [worker for worker in town.workers.values() if worker.host == "node-0001"]
    for worker in there:
        worker.speaks = False
    watch.run(8)
    assert {told.cause for told in died(town, watch, *there)} == {"host"}
    finding = watch.tracker.findings[0]
    assert (finding.subject_kind, finding.subject) == ("machine", "node-0001")


def test_unknown_with_what_is_known() -> None:
    town, watch = laden()
    worker = some(town)
    worker.speaks = False
    watch.run(9)
    (told,) = died(town, watch, worker)
    assert told.cause == "unknown"
    assert told.silent_seconds == 9
    assert told.reason == "it had sent no heartbeat for 9 s"


def test_one_that_is_there_or_was_never_seen_has_none() -> None:
    town, watch = laden()
    assert post_mortem(watch.cluster, some(town).name) is None
    assert post_mortem(watch.cluster, "nobody") is None


def test_many_deaths_are_one_finding() -> None:
    town, watch = laden(40)
    for worker in list(town.workers.values())[::4]:
        town.die(worker)
    watch.run(10)
    assert [finding.subject_kind for finding in watch.tracker.findings] == ["cluster"]
    assert watch.tracker.findings[0].evidence["workers"] == 10
