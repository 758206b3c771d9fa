"""A real scheduler of the current release on every scheme: all frames are decoded."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from scaler_monitor.demo.local_cluster import LocalCluster
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.scheduler_feed import open_feed

pytestmark = pytest.mark.peer
ENOUGH = {"StateScheduler": 2, "StateTask": 30, "StateObject": 1}


@pytest.mark.parametrize("scheme", ["ipc", "tls", "ws", "wss"])
def test_everything_is_decoded(
    scheme: str, own_cluster: Callable[..., LocalCluster], certificate: tuple[Path, Path]
) -> None:
    options = {"certificate": certificate} if scheme in ("tls", "wss") else {}
    cluster = own_cluster(scheme=scheme, **options)
    cluster.start_workload()
    assert cluster.monitor_address.startswith(f"{scheme}://")
    feed, decoder = open_feed(parse_address(cluster.monitor_address)), Decoder()
    counts: Counter[str] = Counter()
    limit = time.monotonic() + 120
    try:
        while any(counts[kind] < number for kind, number in ENOUGH.items()):
            assert time.monotonic() < limit, f"only {counts}: {feed.state}"
            for frame in feed.read(1.0):
                counts[type(decoder.decode(frame, feed.state.ymq_version)).__name__] += 1
        assert (feed.state.wire, feed.state.ymq_version, feed.state.problem) == ("ymq", 2, "")
        assert feed.counters.broken_streams == 0
    finally:
        feed.close()
