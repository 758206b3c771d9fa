"""A pytest plugin that allows some tests one rerun after a failure; it uses pytest-rerunfailures.

A test that starts real processes or terminals is marked `real`; this is detected from the names in its
module and from its fixtures. A busy machine can be too slow for such a test, so it may be rerun once, with
new shared fixtures. Tests with random input, snapshots or long measurements are not rerun: each of their
failures is a defect. The summary names each rerun; `--max-suite-reruns` in pyproject.toml limits them.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

STARTERS = ("subprocess", "pty", "Terminal", "simulator", "ProcessLink", "LocalCluster", "CollectorChild")
"""A test is `real` if its module defines or imports one of these names."""

STARTED = {"scaler_python": "tests.peers", "release": "tests.peers", "watch": "tests.watched"}
"""Fixtures that start processes, with the module that defines them."""

FINDINGS = ("snapshot", "fuzz", "soak", "measured")
"""Markers of tests that are not rerun."""

_failed = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "real: starts real processes or terminals; a second run is allowed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that start processes, and allow them a rerun unless a failure is a defect."""
    for item in items:
        if is_real(item):
            item.add_marker("real")
            if not is_a_finding(item) and not config.getoption("usepdb"):
                item.add_marker(pytest.mark.flaky(reruns=1))


def is_real(item: pytest.Item) -> bool:
    """Return whether the test starts processes or terminals."""
    named = vars(getattr(item, "module", None)) if hasattr(item, "module") else {}
    return any(name in named for name in STARTERS) or _needs_what_starts(item)


def _needs_what_starts(item: pytest.Item) -> bool:
    fixtures = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return any(
        fixtures[name][-1].func.__module__ == module for name, module in STARTED.items() if name in fixtures
    )


def is_a_finding(item: pytest.Item) -> bool:
    """Return whether a failure is a defect even if a rerun would pass."""
    tries_random_input = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return bool(tries_random_input) or any(item.get_closest_marker(name) for name in FINDINGS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Store whether this run of the test has failed."""
    report = yield
    item.stash[_failed] = report.failed or (report.when != "setup" and item.stash.get(_failed, False))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """After a failure, tear down all shared fixtures, so that the rerun and later tests get new ones."""
    if item.stash.get(_failed, False) and item.get_closest_marker("flaky"):
        item.session._setupstate.teardown_exact(None)
