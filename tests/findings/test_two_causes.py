"""One cause is one finding, two causes are two."""

from __future__ import annotations

import pytest
from tests.findings.peace import work
from tests.findings.stages import GPU, fill_memory, flood, owe, silence_host, some, starve, straggle
from tests.findings.town import Town
from tests.findings.watching import Watch


def watched(workers: int = 20, places: int = 1_000) -> tuple[Town, Watch]:
    """A town at peace with a monitor that knows it."""
    town = Town(workers, places=places)
    town.every.append(work)
    watch = Watch(town)
    watch.run(80)
    return town, watch


def rules(watch: Watch) -> set[str]:
    """Rules that lead a finding now."""
    return {finding.rule for finding in watch.tracker.findings}


@pytest.mark.parametrize("workers", [20, 300])
def test_two_causes_at_once_are_two_findings(workers: int) -> None:
    town, watch = watched(workers)
    starve(town)
    memory = fill_memory(town)
    watch.run(36)
    assert rules(watch) == {"starved_capability", "memory"}
    assert [finding.severity for finding in watch.tracker.findings] == ["critical", "warning"]
    assert watch.tracker.findings[1].subject == memory.subject


def test_a_flood_and_a_straggler_are_two() -> None:
    town, watch = watched()
    straggle(town)
    flood(town)
    watch.run(36)
    assert {"flood", "straggler"} <= rules(watch)


def test_two_capabilities_that_are_missing_are_two() -> None:
    town, watch = watched()
    starve(town)
    town.submit("solve", 2, needs=(GPU[0]._replace(name="fpga"),))
    watch.run(36)
    assert sorted(finding.subject for finding in watch.tracker.findings) == ["fpga", "gpu"]


def test_a_silent_host_is_one_finding_with_all_that_follows_from_it() -> None:
    town, watch = watched()
    host = silence_host(town)
    for worker in [worker for worker in town.workers.values() if worker.host == host.subject]:
        worker.frozen = True
    watch.run(40)
    assert [finding.subject for finding in watch.tracker.findings] == [host.subject]
    assert "straggler" in watch.tracker.findings[0].merged
    assert "has run for" in str(watch.tracker.findings[0].evidence["straggler"])


def test_what_turns_out_to_have_a_cause_keeps_its_id() -> None:
    town, watch = watched()
    town.submit("steady", 30, seconds=1.0)
    watch.run(10)
    town.submit("steady", 1, seconds=10_000.0)
    first = watch.until("straggler", 20)
    worker = next(w for w in town.workers.values() if first.evidence["worker"] == w.name)
    worker.speaks = False
    second = watch.until("silent", 20, worker.name)
    assert second.id == first.id
    assert second.merged == ("straggler",)
    worker.speaks = True
    watch.run(15)
    assert [(finding.rule, finding.id) for finding in watch.tracker.findings] == [("straggler", first.id)]
    assert watch.tracker.ended == ()


def test_a_manager_that_owes_what_is_missing_joins_it() -> None:
    town, watch = watched()
    town.pending["pool"], town.manager_words["pool"] = 2, "cpu gpu"
    starve(town)
    watch.run(190)
    assert rules(watch) == {"starved_capability"}
    assert watch.tracker.findings[0].merged == ("manager_stalled",)


def test_a_manager_that_owes_something_else_does_not() -> None:
    town, watch = watched(places=4)
    town.manager_words["pool"] = "cpu"
    town.submit("train", 5, needs=GPU)
    owe(town)
    watch.run(190)
    assert {"starved_capability", "manager_stalled"} <= rules(watch)


def test_what_sets_the_bad_apart_is_told() -> None:
    town, watch = watched(6)
    worker = some(town)

    def bad_worker(town: Town) -> None:
        for other in town.workers.values():
            job = town.make("price", client="c7", seconds=0.5)
            job.ends_as = "failed" if other is worker else "success"
            town.give(job, other)

    town.every.append(bad_worker)
    found = watch.until("failing_function", 20, "price")
    assert found.compared[0].startswith(f"worker {worker.name}: ")
    assert ", 0 of " in found.compared[0]
