"""Each release with a real cluster, over each of its transports: `pytest -m matrix`.

Everything that a busy cluster of the release sends is decoded, and `scaler_top` shows it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.frames.corpus import generation_of_release
from tests.older_cluster import OlderCluster

from scaler_monitor.demo.environment import ensure_scaler_python
from scaler_monitor.demo.local_cluster import LocalCluster
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.decoder import Decoder
from scaler_monitor.wire.event import StateScheduler, StateTask
from scaler_monitor.wire.scheduler_feed import open_feed

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(300)]

ENOUGH = {"StateScheduler": 4, "StateTask": 60, "running": 1, "success": 1, "profile": 1}
"""Numbers of events by kind, tasks by state, and tasks with a profile."""
SCALER_TOP = str(Path(sys.executable).with_name("scaler_top"))
NOW_ON_ZMQ: list[tuple[str, str | None]] = [
    ("1.12.7", None),
    ("1.15.0", None),
    ("1.27.2", None),
    ("2.0.20", None),
]
BOTH: list[tuple[str, str | None]] = [
    (version, backend) for version in ("2.3.0", "2.6.0", "2.7.0", "2.8.0") for backend in ("ymq", "zmq")
]
LETS_WORKERS_GO = ("1.27.2", "2.0.20", "2.3.0", "2.6.0")
"""Releases whose managers stop idle workers at once, so that their number varies; a manager without workers
may be missing in a report."""
STANDS_STILL = ("2.3.0", "ymq")
"""In this release tasks over YMQ stop as soon as a client disconnects, with or without a monitor."""


class Peer(NamedTuple):
    """A busy cluster of a release, and its wire protocol."""

    version: str
    wire: str
    cluster: LocalCluster


@pytest.fixture(
    params=NOW_ON_ZMQ + BOTH, ids=lambda param: f"{param[0]}-{param[1] or 'default'}", scope="module"
)
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """Return the release, its wire protocol, and a busy cluster; one at a time."""
    version, backend = request.param
    kind = OlderCluster if version in ("1.12.7", "1.15.0") else LocalCluster
    with kind(ensure_scaler_python(version), version=version, backend=backend) as cluster:
        cluster.start_workload()
        yield Peer(version, backend or "zmq", cluster)


def listen(address: str, enough: dict[str, int], seconds: float) -> tuple[Decoder, Any, list[Any]]:
    """Return decoded events until there are enough of each kind."""
    feed, decoder, events = open_feed(parse_address(address)), Decoder(), []
    counts: Counter[str] = Counter()
    limit = time.monotonic() + seconds
    try:
        while any(counts[kind] < number for kind, number in enough.items()):
            assert time.monotonic() < limit, f"only {counts}: {feed.state}"
            for frame in feed.read(1.0):
                event = decoder.decode(frame, feed.state.ymq_version)
                events.append(event)
                counts[type(event).__name__] += 1
                if isinstance(event, StateTask):
                    counts[event.state] += 1
                    counts["profile"] += event.profile is not None
        return decoder, feed.state, events
    finally:
        feed.close()


def assert_workers(version: str, cluster: LocalCluster, count: int) -> None:
    """Return whether all started workers are there, or fewer if managers stop idle ones."""
    assert count == cluster.workers or (version in LETS_WORKERS_GO and 0 <= count < cluster.workers)


def test_everything_is_decoded(peer: Peer) -> None:
    version, wire, cluster = peer
    enough = {"StateScheduler": 4} if (version, wire) == STANDS_STILL else ENOUGH
    decoder, state, events = listen(cluster.monitor_address, enough, 60.0)
    assert state.wire == wire
    assert decoder.generation == generation_of_release(version)
    if wire == "ymq":
        assert state.ymq_version == generation_of_release(version)
    reports = [event for event in events if isinstance(event, StateScheduler)]
    assert_workers(version, cluster, len(reports[-1].workers.worker))


def once(address: str) -> dict[str, Any]:
    """Return the document printed by `scaler_top ADDRESS --once`."""
    printed = subprocess.run(
        [SCALER_TOP, address, "--once", "--after", "4", "--format", "json", "-t", "20"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (printed.returncode, printed.stderr) == (0, "")
    document: dict[str, Any] = json.loads(printed.stdout)
    return document


def test_scaler_top_shows_it(peer: Peer) -> None:
    version, wire, cluster = peer
    stands_still = (version, wire) == STANDS_STILL
    for _ in range(5):
        document = once(cluster.monitor_address)
        if stands_still or any(worker["processors"] for worker in document["workers"]):
            break  # else: the managers had stopped all workers at that moment
    else:
        pytest.fail("no worker with a processor was ever shown")
    source = document["source"]
    assert (source["wire"], source["generation"]) == (wire, generation_of_release(version))
    assert (source["connected"], source["malformed"], source["dropped"]) == (True, 0, 0)
    assert_workers(version, cluster, len(document["workers"]))
    states = document["tasks"]["states"]
    if version == "2.0.20":
        assert states is None
    elif not stands_still:
        assert states["success"] > 0
    if version not in ("1.12.7", "1.15.0"):
        managers, known = {manager["id"] for manager in document["managers"]}, {"cpu-pool", "gpu-pool"}
        assert managers == known or (version in LETS_WORKERS_GO and managers < known)


def test_the_log_of_the_scheduler_has_no_error_because_of_us(peer: Peer) -> None:
    """Connecting, reading and disconnecting cause no error in the scheduler."""
    cluster = peer.cluster
    listen(cluster.monitor_address, {"StateScheduler": 2}, 30.0)
    after = cluster.log_text()
    complaints = [line for line in after.splitlines() if "ERR" in line and "processing task" not in line]
    mine = [line for line in complaints if "monitor" in line.lower() or "magic" in line.lower()]
    assert not mine
