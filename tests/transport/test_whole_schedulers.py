"""The feed on whole schedulers: their monitor address, their own port, and what their log says of us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.peers import PATIENCE_SECONDS
from tests.transport.conftest import Reading

from scaler_monitor.demo.cluster import Backend, LocalCluster

pytestmark = pytest.mark.peer
Follow = Callable[..., Reading]


@pytest.fixture(scope="module", params=["ymq", "zmq"])
def wire(request: pytest.FixtureRequest) -> str:
    """First all tests on the one wire, then all on the other: one cluster at a time."""
    return str(request.param)


@pytest.fixture(scope="module")
def cluster(wire: Backend, scaler_python: Path) -> Iterator[LocalCluster]:
    """A lively cluster on this wire."""
    with LocalCluster(scaler_python, backend=wire, start_timeout_seconds=PATIENCE_SECONDS) as started:
        started.start_workload()
        yield started


def test_a_monitor_leaves_no_error_in_the_log(wire: str, cluster: LocalCluster, follow: Follow) -> None:
    before = errors(cluster)
    for _ in range(3):
        reading = follow(cluster.monitor_address)
        reading.until_frames(2)
        assert reading.feed.state.wire == wire
        reading.stop()
    assert errors(cluster) == before


def test_the_schedulers_own_port_is_named(cluster: LocalCluster, follow: Follow) -> None:
    before = errors(cluster)
    reading = follow(cluster.scheduler_address)
    reading.until(lambda: f"its monitor is at {cluster.monitor_address}" in reading.feed.state.problem)
    assert reading.frames == []
    reading.stop()
    assert errors(cluster) == before


def errors(cluster: LocalCluster) -> list[str]:
    """The log's errors, without those of the workload's tasks that fail on purpose."""
    lines = cluster.log_text().splitlines()
    return [line for line in lines if " ERROR " in line and "exception when processing task" not in line]
