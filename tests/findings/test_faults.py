"""Each rule finds its fault within its hold, names the right subject, and lets go of it."""

from __future__ import annotations

import pytest
from tests.findings.faults import FAULTS, Fault
from tests.findings.peace import work
from tests.findings.town import Town
from tests.findings.watching import Watch, let_pass

SLACK = 5
WARM = 80
"""Seconds that a monitor has watched before the fault, and that the cluster has worked in any case."""

AT_LARGE = ("memory", "silent host", "straggler", "starved_capability")
"""Faults that are proven with 10,000 workers, too."""


def _town(fault: Fault, workers: int) -> Town:
    town = Town(workers, release=fault.release, places=fault.places)
    town.every.append(work)
    return town


def _expect(fault: Fault, watch: Watch, seconds: float, subject: str) -> None:
    found = watch.until(fault.rule, seconds, subject)
    assert watch.tracker.findings[0] == found
    assert found.text
    assert found.advice
    assert found.evidence
    assert found.ended is None
    assert found.since <= watch.town.at


@pytest.mark.parametrize("workers", [10, 1_000])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_is_found_and_let_go(fault: Fault, workers: int) -> None:
    town = _town(fault, workers)
    watch = Watch(town)
    assert watch.run(WARM) == ()
    staged = fault.begin(town)
    _expect(fault, watch, fault.seconds + SLACK, staged.subject)
    staged.end()
    watch.until_clear(fault.rule, fault.clear_seconds)
    watch.run(65 if watch.tracker.findings else 0)
    assert not watch.tracker.findings  # nor has its cause left anything behind
    assert watch.tracker.ended
    assert all(finding.ended is not None for finding in watch.tracker.ended)


@pytest.mark.parametrize("workers", [10, 1_000])
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.late], ids=str)
def test_is_found_by_a_monitor_that_comes_after_it_began(fault: Fault, workers: int) -> None:
    town = _town(fault, workers)
    let_pass(town, WARM)
    staged = fault.begin(town)
    let_pass(town, 10)
    watch = Watch(town)
    subject = staged.subject if fault.late_subject is None else fault.late_subject
    _expect(fault, watch, fault.seconds + SLACK, subject)
    staged.end()
    watch.until_clear(fault.rule, fault.clear_seconds)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if str(fault) in AT_LARGE], ids=str)
def test_is_found_among_ten_thousand_workers(fault: Fault) -> None:
    town = _town(fault, 10_000)
    watch = Watch(town)
    assert watch.run(40) == ()
    staged = fault.begin(town)
    _expect(fault, watch, fault.seconds + SLACK, staged.subject)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_is_not_found_without_its_rule(fault: Fault) -> None:
    town = _town(fault, 10)
    watch = Watch(town, without=fault.rule)
    watch.run(WARM)
    staged = fault.begin(town)
    with pytest.raises(AssertionError):
        _expect(fault, watch, fault.seconds + SLACK, staged.subject)
