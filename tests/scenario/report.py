"""The scheduler's periodic reports about the scenario's cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tests.scenario.cast import CLIENTS, GIB, MANAGERS, MIB, START

from scaler_monitor.wire.event import (
    ClientStatus,
    ManagerStatus,
    ObjectDetail,
    ProcessorColumns,
    StateObject,
    StateScheduler,
    StorageStatus,
    WorkerColumns,
)

if TYPE_CHECKING:
    from tests.scenario.world import World


def report(world: World, at: float) -> StateScheduler:
    """The scheduler's report of this second."""
    roll, workers = world.random, world.workers
    living = sum(len(w.queue) + sum(job is not None for job in w.running) for w in workers)
    jobs = [job for worker in workers for job in worker.running]
    first = np.cumsum([0, *(worker.processors for worker in workers)]).astype(np.int64)
    for worker in workers:
        grown = sum(job.kind.growth for job in worker.running if job is not None)
        worker.holds = (worker.holds * 3 + 250 * MIB + grown) // 4
    rss = [worker.holds // worker.processors for worker in workers for _ in range(worker.processors)]
    processors = ProcessorColumns(
        pid=np.array([w.first_pid + i for w in workers for i in range(w.processors)], np.uint32),
        cpu_permille=np.array(
            [roll.randint(930, 1000) if job else roll.randint(0, 20) for job in jobs], np.uint16
        ),
        rss_bytes=np.array(rss, np.uint64),
        initialized=np.ones(len(jobs), np.bool_),
        has_task=np.array([job is not None for job in jobs], np.bool_),
        suspended=np.array([job is not None and job.task_id[0] < 40 for job in jobs], np.bool_),
        task_id=tuple(b"" if job is None else job.task_id for job in jobs),
        task_age_seconds=np.array(
            [0 if job is None or job.began is None else int(at - job.began) for job in jobs], np.uint32
        ),
    )
    size = len(workers)
    suspended = np.add.reduceat(processors.suspended, first[:-1]) if size else np.zeros(0)
    columns = WorkerColumns(
        worker=tuple(worker.name for worker in workers),
        host=tuple(worker.host for worker in workers),
        itl=tuple("1" + ("11" if any(worker.running) else "00") for worker in workers),
        agent_cpu_permille=np.array([roll.randint(5, 60) for _ in workers], np.uint16),
        agent_rss_bytes=np.array([58 * MIB + roll.randint(0, MIB) for _ in workers], np.uint64),
        rss_free_bytes=np.array([max(w.limit - w.holds - 60 * MIB, 90 * MIB) for w in workers], np.uint64),
        free=np.array([max(0, 100 - len(worker.queue)) for worker in workers], np.uint32),
        sent=np.array([len(w.queue) + sum(j is not None for j in w.running) for w in workers], np.uint32),
        queued=np.array([len(worker.queue) for worker in workers], np.uint32),
        suspended=suspended.astype(np.uint8),
        lag_microseconds=np.array([roll.randint(300, 4_000) + w.late * 9_000 for w in workers], np.uint64),
        last_seen_seconds=np.array([w.late or roll.randint(0, 2) for w in workers], np.uint16),
        memory_limit_bytes=np.array([worker.limit for worker in workers], np.uint64),
        net_sent_bytes=np.array([int(at - START) * 2 * MIB] * size, np.uint64),
        net_received_bytes=np.array([int(at - START) * 5 * MIB] * size, np.uint64),
        first_processor=first,
        processors=processors,
    )
    return StateScheduler(
        cpu_permille=roll.randint(80, 240),
        rss_bytes=180 * MIB + int(at - START) * 40_000,
        rss_free_bytes=21 * GIB,
        sent={
            "Task": world.made,
            "TaskResult": sum(world.finals.values()),
            "ClientHeartbeatEcho": int(at - START),
        },
        received={
            "Task": world.made,
            "TaskResult": sum(world.finals.values()),
            "WorkerHeartbeat": size * int(at - START),
        },
        clients=tuple(
            ClientStatus(name, living // 3, host, 120, 96 * MIB, 850, int(at - START) + 400, int(at) % 3)
            for name, host in CLIENTS
        ),
        objects=world.made * 2 + 14,
        storage=StorageStatus(world.made * 2 + 14, world.made + 9, world.made * 90_000 + 3 * GIB, 2, 2, 4),
        task_states={"inactive": 0, "running": living, "canceling": 0, **world.finals},
        workers=columns,
        manager_workers={
            name: tuple(worker.name for worker in workers if worker.manager == name)
            for name, _, _ in MANAGERS
        },
        managers=tuple(
            ManagerStatus(name, identity, at_second, 2, text, 3 if at_second == 1 else 0)
            for at_second, (name, identity, text) in enumerate(MANAGERS)
        ),
    )


def objects(world: World) -> StateObject:
    """The biggest objects."""
    details = [
        ObjectDetail(
            bytes([number]) * 32,
            f"curves-{number}" if number % 4 else "price_option",
            "object" if number % 4 else "serializer",
            (40 - number) * 7 * MIB,
            CLIENTS[number % 3][0],
            number % 5,
        )
        for number in range(24)
    ]
    return StateObject(tuple(details), world.made * 2 + 14)
