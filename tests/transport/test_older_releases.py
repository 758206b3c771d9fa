"""The feed with older releases: protocol and version byte of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.transport.conftest import Reading

from scaler_monitor.demo.local_cluster import LocalCluster

RELEASES = [
    ("1.12.7", "zmq", None),
    ("1.27.2", "zmq", None),
    ("2.0.20", "zmq", None),
    ("2.3.0", "ymq", 1),
    ("2.6.0", "ymq", 1),
    ("2.8.0", "ymq", 2),
]


@pytest.mark.matrix
@pytest.mark.parametrize(("version", "wire", "ymq_version"), RELEASES)
def test_protocol_and_version_of_each_release(
    version: str,
    wire: str,
    ymq_version: int | None,
    release: Callable[..., LocalCluster],
    follow: Callable[..., Reading],
) -> None:
    reading = follow(release(version).monitor_address)
    reading.until_frames(5)
    state = reading.feed.state
    assert (state.wire, state.ymq_version, state.problem) == (wire, ymq_version, "")
    assert "magic" not in release(version).log_text()
