"""One small cluster's few minutes, the same every time: what screens are drawn from in tests.

Three managers, a dozen workers on four hosts, two capabilities, several functions and clients, failures,
cancellations, a worker that dies near the end, one that is late and one that is close to its memory limit.
`build_big_cluster` makes a fleet of any size for measuring. No clock is read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from scaler_monitor.collector.twin import live_status
from scaler_monitor.model.cluster import Cluster
from scaler_monitor.views.page import Status
from scaler_monitor.wire.event import (
    Capability,
    ClientStatus,
    Event,
    ManagerStatus,
    ObjectDetail,
    ProcessorColumns,
    Profile,
    StateBalanceAdvice,
    StateObject,
    StateScheduler,
    StateTask,
    StateWorker,
    StorageStatus,
    WorkerColumns,
)

START = 1_764_000_000.0
"""Unix seconds at which the monitor began to watch: 2025-11-24 16:00:00 UTC."""

SECONDS = 240
MIB = 1 << 20
GIB = 1 << 30
GPU, HIGHMEM = Capability("gpu", 1), Capability("highmem", -1)


@dataclass(frozen=True)
class Kind:
    """A function of the scenario: how long its tasks take, in seconds, and how they end."""

    name: str
    seconds: float
    capabilities: tuple[Capability, ...]
    growth: int
    failing: float = 0.0
    canceled: float = 0.0
    weight: int = 1


KINDS = (
    Kind("price_option", 1.2, (), 3 * MIB, weight=8),
    Kind("simulate_paths", 4.0, (), 90 * MIB, canceled=0.06, weight=4),
    Kind("train_model", 14.0, (GPU,), 700 * MIB, failing=0.25, weight=2),
    Kind("join_curves", 3.0, (HIGHMEM,), 400 * MIB, weight=2),
    Kind("train_big_model", 22.0, (GPU, HIGHMEM), 1900 * MIB, weight=1),
    Kind("", 0.4, (), 0, failing=0.1, weight=1),
    Kind("risk.reports.daily.very_long_module_name.aggregate_exposures_by_counterparty", 6.0, (), 40 * MIB),
)
CLIENTS = (
    ("Client|notebook|5a1be0f2", "desk-07"),
    ("Client|nightly-batch|c3d94e77", "batch-01"),
    ("Client|pricing-api|09f7aa31", "api-02"),
)


@dataclass
class Job:
    """One task on its way."""

    task_id: bytes
    kind: Kind
    client: str
    lasts: float
    ends_as: str
    began: float | None = None


@dataclass
class Worker:
    """One worker of the scenario."""

    name: str
    manager: str
    host: str
    capabilities: tuple[Capability, ...]
    processors: int
    first_pid: int
    limit: int
    queue: list[Job] = field(default_factory=list)
    running: list[Job | None] = field(default_factory=list)
    late: int = 0
    holds: int = 300 * MIB


MANAGERS = (
    ("Manager|aws-gpu|61f0", "10.4.0.11:52110", "gpu=1"),
    ("Manager|onprem|a7c2", "10.2.0.5:41822", ""),
    ("Manager|spot|0b9e", "10.9.3.77:33001", "highmem"),
)


def _fleet(count: int, processors: int) -> list[Worker]:
    workers = []
    for number in range(count):
        manager = MANAGERS[number % 3][0]
        short = manager.split("|")[1]
        host = (
            f"{short}-node-{number // 6 + 1:02d}" if count <= 100 else f"{short}-node-{number // 64 + 1:04d}"
        )
        capabilities = ((GPU,), (), (HIGHMEM,))[number % 3]
        if number == 9:
            capabilities = (GPU, HIGHMEM)
        name = f"Worker|{short}-{number:02d}|{number * 2654435761 % 2**32:08x}"
        limit = (8 if number % 3 else 4) * GIB
        worker = Worker(name, manager, host, capabilities, processors, 4000 + 10 * number, limit)
        worker.running = [None] * processors
        workers.append(worker)
    return workers


class World:
    """A cluster that does something each second, and tells it in events."""

    def __init__(self, seed: int, workers: int, processors: int, submitted: Sequence[int]) -> None:
        self.random = random.Random(seed)
        self.workers = _fleet(workers, processors)
        self.submitted = submitted
        self.finals = dict.fromkeys(
            ("success", "failed", "failedWorkerDied", "canceled", "canceledNotFound"), 0
        )
        self.made = 0
        self.messages = 0

    def second(self, at: float) -> Iterator[Event]:
        """What happens in one second, its report last."""
        yield from self._finish(at)
        yield from self._submit(at)
        self._start(at)
        yield self.report(at)
        yield self._objects()

    def _submit(self, at: float) -> Iterator[Event]:
        for _ in range(self.submitted[int(at - START) % len(self.submitted)]):
            kind = self.random.choices(KINDS, [kind.weight for kind in KINDS])[0]
            fits = [worker for worker in self.workers if set(kind.capabilities) <= set(worker.capabilities)]
            if not fits:
                continue
            self.made += 1
            roll = self.random.random()
            ends_as = "failed" if roll < kind.failing else "success"
            if roll > 1 - kind.canceled:
                ends_as = "canceled"
            task_id = self.random.getrandbits(128).to_bytes(16, "big")
            client = CLIENTS[self.made % 3][0]
            job = Job(task_id, kind, client, kind.seconds * self.random.uniform(0.5, 1.6), ends_as)
            if self.made % 7 == 0:
                yield self._told(job, "inactive", "")
            worker = min(self.random.sample(fits, min(2, len(fits))), key=lambda one: len(one.queue))
            worker.queue.append(job)
            self.messages += 1
            yield self._told(job, "running", worker.name, "hasCapacity")

    def _told(
        self, job: Job, state: str, worker: str, event: str | None = None, profile: Profile | None = None
    ) -> StateTask:
        size = 2_000 + job.kind.growth // 50
        return StateTask(
            job.task_id,
            job.kind.name,
            state,
            worker,
            job.kind.capabilities,
            profile,
            size,
            job.client,
            event,
        )

    def _finish(self, at: float) -> Iterator[Event]:
        for worker in self.workers:
            for place, job in enumerate(worker.running):
                if job is None or job.began is None or at - job.began < job.lasts:
                    continue
                worker.running[place] = None
                self.finals[job.ends_as] += 1
                profile = Profile(
                    job.lasts, int(job.kind.growth * job.lasts / job.kind.seconds), job.lasts * 0.9
                )
                if job.ends_as == "canceled":
                    yield self._told(job, "canceling", worker.name, "taskCancel")
                    yield self._told(job, "canceled", "", "taskCancelConfirmCanceled")
                else:
                    event = "taskResultSuccess" if job.ends_as == "success" else "taskResultFailed"
                    yield self._told(job, job.ends_as, "", event, profile)

    def _start(self, at: float) -> None:
        for worker in self.workers:
            for place, job in enumerate(worker.running):
                if job is None and worker.queue:
                    worker.running[place] = worker.queue.pop(0)
                    worker.running[place].began = at - self.random.random() / 2  # type: ignore[union-attr]

    def die(self, worker: Worker) -> Iterator[Event]:
        """A worker dies with all that it has."""
        self.workers.remove(worker)
        yield StateWorker(worker.name, "disconnected", worker.capabilities)
        for job in [*worker.running, *worker.queue]:
            if job is not None:
                self.finals["failedWorkerDied"] += 1
                yield self._told(job, "failedWorkerDied", "", "workerDied")

    def report(self, at: float) -> StateScheduler:
        """The scheduler's report of this second."""
        roll, workers = self.random, self.workers
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
            rss_free_bytes=np.array(
                [max(w.limit - w.holds - 60 * MIB, 90 * MIB) for w in workers], np.uint64
            ),
            free=np.array([max(0, 100 - len(worker.queue)) for worker in workers], np.uint32),
            sent=np.array([len(w.queue) + sum(j is not None for j in w.running) for w in workers], np.uint32),
            queued=np.array([len(worker.queue) for worker in workers], np.uint32),
            suspended=suspended.astype(np.uint8),
            lag_microseconds=np.array(
                [roll.randint(300, 4_000) + w.late * 9_000 for w in workers], np.uint64
            ),
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
                "Task": self.made,
                "TaskResult": sum(self.finals.values()),
                "ClientHeartbeatEcho": int(at - START),
            },
            received={
                "Task": self.made,
                "TaskResult": sum(self.finals.values()),
                "WorkerHeartbeat": size * int(at - START),
            },
            clients=tuple(
                ClientStatus(name, living // 3, host, 120, 96 * MIB, 850, int(at - START) + 400, int(at) % 3)
                for name, host in CLIENTS
            ),
            objects=self.made * 2 + 14,
            storage=StorageStatus(self.made * 2 + 14, self.made + 9, self.made * 90_000 + 3 * GIB, 2, 2, 4),
            task_states={"inactive": 0, "running": living, "canceling": 0, **self.finals},
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

    def _objects(self) -> StateObject:
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
        return StateObject(tuple(details), self.made * 2 + 14)


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


def build_cluster(seconds: int = SECONDS) -> tuple[Cluster, Status, float]:
    """Return the cluster after the scenario, the status of its feed, and the unix time it has reached."""
    cluster = Cluster(START)
    cluster.feed_changed(True, START)
    now = START
    for now, batch in events(seconds):
        cluster.apply_many(batch, now)
        cluster.tick(now)
    return cluster, status_at(cluster, now), now


def status_at(cluster: Cluster, now: float) -> Status:
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


def build_big_cluster(workers: int, tasks: int, processors: int = 2) -> tuple[Cluster, Status, float]:
    """Return a fleet of `workers` that has seen `tasks` tasks, after five reports."""
    seconds = 5
    world = World(seed=11, workers=workers, processors=processors, submitted=(0,))
    cluster = Cluster(START)
    cluster.feed_changed(True, START)
    now = START
    left = tasks
    for second in range(1, seconds + 1):
        now = START + second
        share = left // (seconds - second + 1)
        left -= share
        cluster.apply_many(_bulk(world, share), now)
        world._start(now)
        cluster.apply(world.report(now), now)
        cluster.tick(now)
    return cluster, status_at(cluster, now), now


def _bulk(world: World, count: int) -> Iterator[Event]:
    """Tasks told twice, most of them ended: sent, then how they ended."""
    roll = world.random
    for number in range(count):
        kind = KINDS[roll.randrange(len(KINDS))]
        task_id = roll.getrandbits(128).to_bytes(16, "big")
        worker = world.workers[roll.randrange(len(world.workers))]
        job = Job(task_id, kind, CLIENTS[number % 3][0], kind.seconds * roll.uniform(0.5, 1.6), "success")
        world.made += 1
        yield world._told(job, "running", worker.name, "hasCapacity")
        if number % 10 == 0:
            worker.queue.append(job)
            continue
        state = "failed" if number % 50 == 1 else "success"
        world.finals[state] += 1
        yield world._told(job, state, "", "taskResult", Profile(job.lasts, kind.growth, job.lasts * 0.9))
