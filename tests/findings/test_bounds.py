"""What findings remember is bounded, in entries and in bytes, whatever comes."""

from __future__ import annotations

from tests.findings.peace import work
from tests.findings.stages import GPU
from tests.findings.town import Town
from tests.findings.watching import Watch
from tests.model.worlds import array_bytes

from scaler_monitor.findings.history.canceling_tasks import MAX_TASKS, CancelingTasks
from scaler_monitor.findings.history.host_speeds import MAX_HOSTS, HostSpeeds
from scaler_monitor.findings.history.totals_history import TotalsHistory
from scaler_monitor.model.tasks import Tasks


def test_names_have_rows_up_to_a_limit_and_give_them_back() -> None:
    tallies = TotalsHistory(4, 14, 5.0, 500)
    for turn in range(20):
        tallies.update(5.0 * turn, ((f"{turn} {number}", (1, 2, 3, 4)) for number in range(400)))
        assert len(tallies) == 400
    tallies.update(200.0, ((f"more {number}", (1, 2, 3, 4)) for number in range(4_000)))
    assert len(tallies) == 500
    assert array_bytes(tallies) <= (14 + 1) * 500 * 4 * 8 + 1_000


def test_a_row_that_another_had_begins_at_nothing() -> None:
    tallies = TotalsHistory(1, 14, 5.0, 10)
    tallies.update(0.0, [("old", (100,))])
    tallies.update(5.0, [("old", (120,)), ("new", (1,))])
    tallies.update(10.0, [("other", (7,))])
    tallies.update(15.0, [("other", (9,))])
    increase = tallies.increase(15.0, 15.0)
    assert increase is not None
    assert increase.tolist() == [[9]]


def test_a_fleets_memory_is_a_small_part_of_its_report() -> None:
    town = Town(2_000)
    watch = Watch(town)
    watch.run(15)
    assert array_bytes(watch.tracker.history.workers) < 130 * 2_000


def test_tasks_asked_back_are_bounded() -> None:
    canceling, tasks = CancelingTasks(), Tasks(100_000, 1 << 30)
    ids = [number.to_bytes(16, "big") for number in range(MAX_TASKS + 500)]
    for task_id in ids:
        tasks.make(task_id, "canceling", 0.0)
    canceling.update([(task_id, "canceling") for task_id in ids], [], tasks, 1.0)
    assert canceling.count("canceling") == MAX_TASKS


def test_hosts_are_bounded() -> None:
    speeds = HostSpeeds()
    for number in range(2 * MAX_HOSTS + 10):
        speeds._note(f"host {number}", 1.0, 0.0)
    assert len(speeds.hosts) <= MAX_HOSTS
    assert len(speeds.ratios) <= 2 * MAX_HOSTS


def test_signs_and_findings_are_bounded() -> None:
    town = Town(300)
    watch = Watch(town)
    watch.run(5)
    for worker in town.workers.values():
        worker.used = 0.95
    watch.run(6)
    (found,) = watch.tracker.findings
    assert found.evidence["nearly_full"] == 300
    for number in range(100):
        town.submit("train", needs=(GPU[0]._replace(name=f"gpu{number}"),))
    watch.run(40)
    starved = [finding for finding in watch.tracker.findings if finding.rule == "starved_capability"]
    assert 0 < len(starved) <= watch.tracker.thresholds.max_symptoms_per_rule


def test_no_finding_holds_a_report() -> None:
    town = Town(10)
    town.every.append(work)
    watch = Watch(town)
    town.submit("train", 5, needs=GPU)
    for worker in list(town.workers.values())[:4]:
        worker.used = 0.95
    watch.run(40)
    held = [each for holds in watch.tracker._trackers.values() for each in holds.tracked.values()]
    assert held
    assert all(each.symptom.compare is None for each in held)
