"""Which tests may run a second time after a failure: a pytest plugin, on top of pytest-rerunfailures.

What starts real processes or terminals carries the marker `real`, by what its module and its fixtures start.
A busy machine can be too slow for such a test, so it has one more run, with all that tests share made anew.
What tries random input, compares pictures or measures for long has none: its failure is a finding. The
summary names each second run, and `--max-suite-reruns` in pyproject.toml bounds their number.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

STARTERS = ("subprocess", "pty", "Terminal", "simulator", "ProcessLink", "LocalCluster", "CollectorChild")
"""A module that has one of these by its own name starts processes in its tests."""

STARTED = {"scaler_python": "tests.peers", "release": "tests.peers", "watch": "tests.watched"}
"""Fixtures that start processes, or that others of the kind need, by the module that has them."""

FINDINGS = ("snapshot", "fuzz", "soak", "measured")
"""Markers of what has one run."""

_failed = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "real: starts real processes or terminals; a second run is allowed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that start something, and allow them a second run unless a failure is a finding."""
    for item in items:
        if is_real(item):
            item.add_marker("real")
            if not is_a_finding(item) and not config.getoption("usepdb"):
                item.add_marker(pytest.mark.flaky(reruns=1))


def is_real(item: pytest.Item) -> bool:
    """Whether the test starts processes or terminals."""
    named = vars(getattr(item, "module", None)) if hasattr(item, "module") else {}
    return any(name in named for name in STARTERS) or _needs_what_starts(item)


def _needs_what_starts(item: pytest.Item) -> bool:
    fixtures = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return any(
        fixtures[name][-1].func.__module__ == module for name, module in STARTED.items() if name in fixtures
    )


def is_a_finding(item: pytest.Item) -> bool:
    """Whether a failure tells something that a later success does not take back."""
    tries_random_input = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return bool(tries_random_input) or any(item.get_closest_marker(name) for name in FINDINGS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether this run of the test has failed."""
    report = yield
    item.stash[_failed] = report.failed or (report.when != "setup" and item.stash.get(_failed, False))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """After a failure take down all that tests share: the second run, and all that follow, get it anew."""
    if item.stash.get(_failed, False) and item.get_closest_marker("flaky"):
        item.session._setupstate.teardown_exact(None)
