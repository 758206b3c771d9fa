"""The feed with complete schedulers: their monitor address, their own port, and their log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.peers import every_wire
from tests.transport.conftest import Reading

from scaler_monitor.demo.local_cluster import LocalCluster

pytestmark = pytest.mark.peer
Follow = Callable[..., Reading]


@every_wire
def test_a_monitor_causes_no_error_in_the_schedulers_log(
    wire: str, scheduler: LocalCluster, follow: Follow
) -> None:
    before = errors(scheduler)
    for _ in range(3):
        reading = follow(scheduler.monitor_address)
        reading.until_frames(2)
        assert reading.feed.state.wire == wire
        reading.stop()
    assert errors(scheduler) == before


@every_wire
def test_the_schedulers_own_port_is_named(scheduler: LocalCluster, follow: Follow) -> None:
    before = errors(scheduler)
    reading = follow(scheduler.scheduler_address)
    reading.until(lambda: f"its monitor is at {scheduler.monitor_address}" in reading.feed.state.problem)
    assert reading.frames == []
    reading.stop()
    assert errors(scheduler) == before


def errors(cluster: LocalCluster) -> list[str]:
    """Return the errors in the log, without those of tasks that fail on purpose."""
    lines = cluster.log_text().splitlines()
    return [line for line in lines if " ERROR " in line and "exception when processing task" not in line]
