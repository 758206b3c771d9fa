"""No finding comes or goes within its hold; what cannot be judged is said, and changes nothing."""

from __future__ import annotations

import pytest
from tests.findings.peace import work
from tests.findings.report import Release
from tests.findings.stages import fill_memory, silence, some, starve
from tests.findings.town import Town
from tests.findings.watching import Watch

from scaler_monitor.findings.finding import Finding
from scaler_monitor.findings.rules.registry import RULES
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.wire.event import Profile


def watched(release: float = 2.9, seconds: int = 70) -> tuple[Town, Watch]:
    """A town at peace with a monitor that knows it."""
    town = Town(10, release=Release(release))
    town.every.append(work)
    watch = Watch(town)
    watch.run(seconds)
    return town, watch


def test_a_sign_that_comes_and_goes_is_never_told() -> None:
    town, watch = watched()
    worker = some(town)

    def flicker(town: Town) -> None:
        worker.used = 0.95 if town.at % 4 < 2 else 0.9

    town.every.append(flicker)
    watch.run(60)
    assert watch.tracker.findings == ()


def test_a_finding_does_not_flicker() -> None:
    town, watch = watched()
    worker = some(town)

    def flicker(town: Town) -> None:
        worker.used = 0.95 if town.at % 9 < 5 else 0.8

    town.every.append(flicker)
    first = watch.until("memory", 12)
    watch.run(60)
    assert {findings[0].id for _, findings in watch.seen[-60:]} == {first.id}


def test_nothing_is_told_before_its_time() -> None:
    town, watch = watched()
    started = town.at
    starve(town)
    watch.run(60)
    told = next(at for at, findings in watch.seen if findings)
    assert Thresholds().starved_wait_seconds <= told - started <= Thresholds().starved_wait_seconds + 5


@pytest.mark.parametrize("lever", ["connected", "stale", "shedding"])
def test_what_cannot_be_judged_stays_as_it_was(lever: str) -> None:
    town, watch = watched()
    memory = fill_memory(town)
    first = watch.until("memory", 8)
    setattr(watch, lever, lever != "connected")
    watch.run(60)
    states = {state.state for state in watch.tracker.rules}
    assert states == {"muted"}
    assert all(state.reason for state in watch.tracker.rules)
    assert [finding.id for finding in watch.tracker.findings] == [first.id]
    memory.end()
    watch.run(60)
    assert [finding.id for finding in watch.tracker.findings] == [first.id]
    setattr(watch, lever, lever == "connected")
    watch.until_clear("memory")


def test_time_that_could_not_be_judged_counts_for_no_hold() -> None:
    town, watch = watched(1.12)
    starve(town)
    watch.run(10)
    watch.shedding = True
    watch.run(40)
    watch.shedding = False
    watch.run(10)
    assert not watch.tracker.findings
    watch.run(25)
    assert watch.tracker.findings[0].rule == "waiting"


@pytest.mark.parametrize("kind", ["last_gap", "last_restart"])
def test_after_a_gap_or_a_restart_nothing_is_judged_for_a_while(kind: str) -> None:
    town, watch = watched()
    setattr(watch, kind, town.at)
    some(town).used = 0.95
    watch.run(int(Thresholds().settle_seconds) - 1)
    assert {state.state for state in watch.tracker.rules} == {"muted"}
    assert not watch.tracker.findings
    watch.run(4)
    assert {finding.rule for finding in watch.tracker.findings} >= {"memory"}


def test_rules_that_need_history_say_how_much_is_missing() -> None:
    _, watch = watched(seconds=5)
    assert watch.state_of("flood") == ("muted", "it needs 30 s of history, and has 4 s")
    assert watch.state_of("memory") == ("judged", "")


@pytest.mark.parametrize(
    ("release", "untold"),
    [
        (
            1.12,
            "starved_capability imbalance memory poison object_storage manager_stalled straggler slow_host",
        ),
        (1.27, "memory poison object_storage manager_stalled straggler slow_host"),
        (2.02, "starved_capability imbalance waiting memory poison object_storage flood straggler slow_host"),
        (2.3, "memory poison object_storage straggler slow_host"),
        (2.7, "poison object_storage straggler slow_host"),
        (2.9, ""),
    ],
)
def test_what_a_release_does_not_tell_is_said(release: float, untold: str) -> None:
    town, watch = watched(release)
    starve(town)
    watch.run(2)
    found = {state.rule for state in watch.tracker.rules if state.state == "not_told"}
    assert found == set(untold.split())
    assert all(state.reason for state in watch.tracker.rules if state.state == "not_told")


def test_a_straggler_that_ended_keeps_its_severity() -> None:
    town, watch = watched()
    job = town.submit("work", 1, seconds=10_000.0)[0]
    watch.until("straggler", 40)
    watch.run(30)
    assert watch.until("straggler", 1).severity == "warning"
    worker = next(worker for worker in town.workers.values() if job in worker.on)
    place, worker.frozen = worker.on.index(job), True
    assert job.began is not None
    town.end(job, "success", Profile(town.at - job.began, 1 << 20, 1.0))
    worker.on[place] = job  # the worker has not spoken since
    watch.run(2)
    assert watch.until("straggler", 1).severity == "warning"
    worker.on[place], worker.frozen = None, False
    watch.until_clear("straggler")
    assert [finding.severity for finding in watch.tracker.ended if finding.rule == "straggler"] == ["warning"]


def test_a_release_is_not_blamed_before_there_is_a_processor() -> None:
    town = Town(0, release=Release(2.3))  # an empty list of 2.9 has no more fields than this one
    watch = Watch(town)
    watch.run(2)
    for rule in ("straggler", "poison"):
        assert watch.state_of(rule) == ("not_told", "no worker has reported a processor yet")
    town.hire()
    watch.run(2)
    for rule in ("straggler", "poison"):
        state, reason = watch.state_of(rule)
        assert state == "not_told"
        assert reason.startswith("this release does not say")


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_what_is_acknowledged_comes_after_the_others_until_its_time() -> None:
    town, watch = watched()
    memory = fill_memory(town)
    first = watch.until("memory", 8)
    assert watch.tracker.acknowledge(first.id, town.at + 30)
    assert not watch.tracker.acknowledge("F99", town.at + 30)
    other = next(worker for worker in town.workers.values() if worker.name != memory.subject)
    other.used = 0.93
    watch.run(6)
    assert [finding.subject for finding in watch.tracker.findings] == [other.name, memory.subject]
    assert watch.tracker.findings[1].acknowledged_until == town.at - 6 + 30
    watch.run(30)
    assert [finding.subject for finding in watch.tracker.findings] == [memory.subject, other.name]


def test_changes_tell_each_beginning_and_each_end_once() -> None:
    town, watch = watched()
    started: list[Finding] = []
    ended: list[Finding] = []
    memory = fill_memory(town)
    for second in range(40):
        if second == 20:
            memory.end()
        watch.run(1)
        started += watch.changes.started
        ended += watch.changes.ended
    assert [finding.id for finding in started] == ["F1"]
    assert [finding.id for finding in ended] == ["F1"]
    assert watch.tracker.ended == tuple(ended)


def test_what_ended_is_forgotten_in_time() -> None:
    town = Town(10)
    watch = Watch(town, Thresholds(ended_seconds=25, ended_findings=2))
    worker = some(town)
    for _ in range(3):
        worker.used = 0.95
        watch.run(8)
        worker.used = 0.3
        watch.run(10)
    assert len(watch.tracker.ended) == 2
    watch.run(30)
    assert not watch.tracker.ended


def test_a_restart_that_the_model_sees_begins_a_new_past() -> None:
    town, watch = watched()
    town.finals = dict.fromkeys(town.finals, 0)
    watch.run(1)
    state, reason = watch.state_of("memory")
    assert (state, reason) == ("muted", "there was a restart 0 s ago")
    watch.run(int(Thresholds().settle_seconds))
    assert watch.state_of("memory")[0] == "judged"
    assert watch.state_of("flood") == ("muted", "it needs 30 s of history, and has 10 s")


def test_a_gap_that_the_model_sees_begins_a_new_past() -> None:
    town, watch = watched()
    watch.model.feed_changed(False, town.at)
    watch.model.feed_changed(True, town.at + 0.5)
    watch.run(1)
    assert watch.state_of("memory") == ("muted", "there was a gap 0 s ago")


@pytest.mark.parametrize("interval", [2, 8])
def test_reports_that_come_seldom_are_judged_too(interval: int) -> None:
    town, watch = watched(seconds=2)
    watch.interval = interval
    watch.run(90)
    worker = some(town)

    def grow(town: Town) -> None:
        worker.used += 0.004

    town.every.append(grow)
    found = watch.until("memory", 150, worker.name)
    assert "full in about" in found.text
    assert worker.used < 0.92
    silence(town)
    watch.until("silent", 10 + 4 * interval)
