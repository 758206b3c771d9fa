"""The scenario from its first second to its last, and the cluster that is known after it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import cache

from tests.scenario.cast import MIB, SECONDS, START
from tests.scenario.world import World

from scaler_monitor.collector.in_process import live_status
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Status
from scaler_monitor.wire.event import Event, StateBalanceAdvice, StateScheduler, StateWorker


def events(seconds: int = SECONDS) -> Iterator[tuple[float, list[Event]]]:
    """The small scenario, second by second: (unix seconds, what came)."""
    world = World(seed=7, workers=12, processors=2, submitted=(5, 2, 4, 3, 6, 1))
    yield START, [StateWorker(worker.name, "connected", worker.capabilities) for worker in world.workers[1:]]
    for second in range(1, seconds + 1):
        at = START + second
        batch: list[Event] = []
        if second == seconds - 40:
            batch += world.die(world.workers[-1])
        if second == seconds - 15:
            batch.append(StateBalanceAdvice(world.workers[3].name, (bytes(16), bytes([1]) * 16)))
        if second > seconds - 12:
            world.workers[4].late += 1
        if second > seconds - 30:
            world.workers[6].holds = int(world.workers[6].limit * 0.95)
        batch += world.second(at)
        yield at, batch


BuiltCluster = tuple[ClusterState, Status, float]
"""A cluster, the status of its feed, and the unix time that it has reached."""


def build_cluster(seconds: int = SECONDS) -> BuiltCluster:
    """Return the cluster after the scenario, the status of its feed, and the unix time it has reached."""
    cluster, now = pickle.loads(_told(seconds))
    return cluster, status_at(cluster, now), now


@cache
def _told(seconds: int) -> bytes:
    """The cluster and the time as bytes, told once: hundreds of tests begin with a cluster of their own."""
    model = ClusterModel(START)
    cluster = model.state
    model.feed_changed(True, START)
    now = START
    for now, batch in events(seconds):
        model.apply_many(batch, now)
        model.tick(now)
    return pickle.dumps((cluster, now))


@cache
def last_report(seconds: int = SECONDS) -> StateScheduler:
    """The report with which the scenario ends."""
    return [event for _, batch in events(seconds) for event in batch if isinstance(event, StateScheduler)][-1]


def status_at(cluster: ClusterState, now: float) -> Status:
    """The status of a feed that fares well."""
    return live_status(now)._replace(
        address="tcp://scheduler.example:6380",
        since=START,
        started=START,
        frames=cluster.applied,
        events_per_second=9.5,
        collector_cpu_percent=1.2,
        collector_rss_bytes=52 * MIB,
    )
