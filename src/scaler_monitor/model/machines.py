"""Machines: the workers of the latest report, grouped by host."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from scaler_monitor.model.missing_values import UNKNOWN, valid_or_none
from scaler_monitor.model.worker_sums import sum_by_key, sum_by_worker
from scaler_monitor.model.workers import Workers, rss_with_agents
from scaler_monitor.wire.event import Figures


class Machine(NamedTuple):
    """One host in the latest report. Values are sums over its workers unless stated otherwise.

    Unknown values are skipped; a sum is None if no value is known.
    """

    host: str | None  # None before 2.9: all workers together, since no host is known
    workers: int
    busy: int  # workers with a task on a processor
    processors: int
    managers: tuple[str, ...]  # sorted ids
    cpu_permille: int  # processors and agents
    rss_bytes: int | None  # processors and agents
    agent_cpu_permille: int  # agents only
    agent_rss_bytes: int | None
    rss_free_bytes: int | None  # of the host: the maximum over its workers
    memory_limit_bytes: int | None  # the maximum over its workers
    queued: int | None
    sent: int | None
    free: int | None
    suspended: int
    net_sent_bytes: int | None  # of the host since it started: the maximum over its workers
    net_received_bytes: int | None  # likewise
    last_seen_seconds: int  # the minimum over its workers


def group_by_host(workers: Workers) -> dict[str | None, Machine]:
    """Return the machines by host, sorted by name; empty before the first report."""
    columns = workers.columns
    if columns is None or not len(workers):
        return {}
    hosts: list[str | None] = [None] if columns.host is None else sorted(set(columns.host), key=str)
    place = {host: at for at, host in enumerate(hosts)}
    names = columns.host
    key = np.zeros(len(workers), np.int64) if names is None else np.array([place[host] for host in names])
    size = len(hosts)

    total = partial(sum_by_key, key=key, size=size)

    def most(values: Figures | None) -> list[int | None]:
        if values is None:
            return [None] * size
        top = np.full(size, UNKNOWN, np.int64)
        np.maximum.at(top, key, values.astype(np.int64))
        return list(map(valid_or_none, top.tolist()))

    least = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(least, key, columns.last_seen_seconds.astype(np.int64))
    managers: list[set[str]] = [set() for _ in hosts]
    for at, manager in zip(key.tolist(), workers.manager, strict=True):
        if manager is not None:
            managers[at].add(manager)
    rows = zip(
        hosts,
        np.bincount(key, minlength=size).tolist(),
        total(sum_by_worker(columns.processors.has_task, columns.first_processor) > 0),
        total(workers.processor_count),
        [tuple(sorted(names)) for names in managers],
        total(workers.cpu_permille + columns.agent_cpu_permille),
        total(rss_with_agents(workers, columns)),
        total(columns.agent_cpu_permille),
        total(columns.agent_rss_bytes),
        most(columns.rss_free_bytes),
        most(columns.memory_limit_bytes),
        total(columns.queued),
        total(columns.sent),
        total(columns.free),
        total(columns.suspended),
        most(columns.net_sent_bytes),
        most(columns.net_received_bytes),
        least.tolist(),
        strict=True,
    )
    return {row[0]: Machine(*row) for row in rows}
