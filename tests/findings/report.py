"""What a town's scheduler reports, as each release does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scaler_monitor.wire.event import (
    Capability,
    ClientStatus,
    ManagerStatus,
    ProcessorColumns,
    StateScheduler,
    StorageStatus,
    WorkerColumns,
)

if TYPE_CHECKING:
    from tests.findings.town import Town


@dataclass(frozen=True)
class Release:
    """A release, as far as its reports differ."""

    number: float = 2.9

    def told(self, capabilities: tuple[Capability, ...]) -> tuple[Capability, ...] | None:
        """Capabilities as it tells them: 1.12 does not, 2.0.20 (here 2.02) fills the list wrongly."""
        if self.number < 1.15:
            return None
        return None if self.number == 2.02 and capabilities else capabilities


def report_of(town: Town) -> StateScheduler:
    """The report of this second."""
    release, workers = town.release.number, list(town.workers.values())
    count, jobs = len(workers), [job for worker in workers for job in worker.on]
    new = release >= 2.9
    first = np.concatenate(([0], np.cumsum([worker.processors for worker in workers]))).astype(np.int64)
    limit = np.array([worker.limit for worker in workers], np.float64)
    used = np.array([worker.used for worker in workers]) * limit
    own = used * np.array([worker.own for worker in workers])
    each = np.repeat(own / np.maximum(np.diff(first), 1), np.diff(first))
    processors = ProcessorColumns(
        pid=np.array([100 + 10 * w.number + n for w in workers for n in range(w.processors)], np.uint32),
        cpu_permille=np.array([0 if job is None else 950 for job in jobs], np.uint16),
        rss_bytes=each.astype(np.uint64),
        initialized=np.ones(len(jobs), np.bool_),
        has_task=np.array([job is not None for job in jobs], np.bool_),
        suspended=np.zeros(len(jobs), np.bool_),
        task_id=tuple(b"" if job is None else job.task_id for job in jobs) if new else None,
        task_age_seconds=np.array(
            [0 if job is None or job.began is None else int(town.at - job.began) for job in jobs], np.uint32
        )
        if new
        else None,
    )
    seen = np.array([worker.seen for worker in workers], np.int64)
    columns = WorkerColumns(
        worker=tuple(worker.name for worker in workers),
        host=tuple(worker.host for worker in workers) if new else None,
        itl=("110",) * count,
        agent_cpu_permille=np.full(count, 10, np.uint16),
        agent_rss_bytes=np.full(count, 1 << 20, np.uint64),
        rss_free_bytes=(limit - used).astype(np.uint64),
        free=np.array([max(town.places - worker.load, 0) for worker in workers], np.uint32),
        sent=np.array([worker.load for worker in workers], np.uint32),
        queued=np.array([len(worker.queue) for worker in workers], np.uint32),
        suspended=np.zeros(count, np.uint8),
        lag_microseconds=np.array([worker.lag for worker in workers], np.uint64) * town.lag // 900,
        last_seen_seconds=(np.minimum(seen, 65_535) if release >= 2.7 else seen % 256).astype(np.uint16),
        memory_limit_bytes=limit.astype(np.uint64) if release >= 2.7 else None,
        net_sent_bytes=np.zeros(count, np.uint64) if new else None,
        net_received_bytes=np.zeros(count, np.uint64) if new else None,
        first_processor=first,
        processors=processors,
    )
    known = release != 2.02
    of_manager: dict[str, list[str]] = {name: [] for name in town.manager_seen}
    for worker in workers:
        of_manager[worker.manager].append(worker.name)
    requests, objects, oldest = town.storage
    return StateScheduler(
        cpu_permille=town.cpu,
        rss_bytes=200 << 20,
        rss_free_bytes=20 << 30,
        sent={},
        received={},
        clients=_clients(town, new) if known else None,
        objects=10,
        storage=StorageStatus(10, 9, 1 << 20, requests, objects, oldest) if new else None,
        task_states=town.states if known else None,
        workers=columns,
        manager_workers={name: tuple(names) for name, names in of_manager.items()},
        managers=tuple(
            ManagerStatus(
                name,
                f"manager|{name}",
                town.manager_seen[name],
                1_000,
                town.manager_words.get(name, ""),
                town.pending.get(name, 0) if release >= 2.0 else None,
            )
            for name in of_manager
        )
        if release >= 1.27
        else None,
    )


def _clients(town: Town, new: bool) -> tuple[ClientStatus, ...]:
    open_tasks = Counter(job.client for job in town.jobs.values())
    return tuple(
        ClientStatus(name, open_tasks[name], f"desk-{name}", 10, 1 << 20, 800, 60, seen)
        if new
        else ClientStatus(name, open_tasks[name], None, None, None, None, None, None)
        for name, seen in town.clients.items()
    )
