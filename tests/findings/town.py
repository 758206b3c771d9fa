"""A cluster of any size that works second by second, with levers for everything that can go wrong.

It behaves as a scheduler does: a task goes to the worker with the fewest tasks among those that can do it and
have room, else it waits; of those that wait the first holds up all behind it.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.findings.report import Release, report_of

from scaler_monitor.wire.event import Capability, Event, Profile, StateTask, StateWorker

START = 1_764_000_000.0
MIB, GIB = 1 << 20, 1 << 30


@dataclass(eq=False)
class Job:
    """A task."""

    task_id: bytes
    function: str
    client: str
    needs: tuple[Capability, ...]
    seconds: float
    ends_as: str = "success"
    state: str = "new"
    worker: Worker | None = None
    began: float | None = None


@dataclass(eq=False)
class Worker:
    """A worker and what it has."""

    name: str
    host: str
    manager: str
    capabilities: tuple[Capability, ...]
    processors: int
    number: int
    on: list[Job | None] = field(default_factory=list)
    queue: deque[Job] = field(default_factory=deque)
    seen: int = 0
    speaks: bool = True
    frozen: bool = False
    """Whether it does nothing any more, though it may speak."""
    used: float = 0.3
    """Of its memory limit."""
    own: float = 0.8
    """Of what is used, what it holds itself."""
    limit: int = 8 * GIB
    lag: int = 900
    speed: float = 1.0
    timeout: int = 1_000_000

    @property
    def load(self) -> int:
        """Tasks that it has."""
        return len(self.queue) + sum(job is not None for job in self.on)


class Town:
    """The cluster; `second` lets one pass and returns what a monitor hears."""

    def __init__(
        self,
        workers: int = 10,
        processors: int = 2,
        seed: int = 1,
        release: Release | None = None,
        capabilities: Callable[[int], tuple[Capability, ...]] = lambda _: (),
        of_host: int = 5,
        places: int = 1_000,
    ) -> None:
        self.random = random.Random(seed)
        self.release = release or Release()
        self.at = START
        self.places = places
        self.processors = processors
        self.of_host = of_host
        self.capabilities = capabilities
        self.made_workers = 0
        self.workers: dict[str, Worker] = {}
        self._everyone: list[Worker] = []
        self.waiting: deque[Job] = deque()
        self.jobs: dict[bytes, Job] = {}
        self.finals = dict.fromkeys(
            ("success", "failed", "failedWorkerDied", "canceled", "canceledNotFound"), 0
        )
        self.made = 0
        self.unheard: list[Event] = []
        """What is to be told with the next second."""
        self.every: list[Callable[[Town], object]] = []
        """What happens each second: work that comes, faults that go on."""
        self.clients: dict[str, int] = {}
        """Seconds since each was last heard of."""
        self.pending: dict[str, int] = {}
        self.manager_seen: dict[str, int] = {}
        self.manager_words: dict[str, str] = {}
        self.balancing = True
        self.cpu, self.lag = 300, 900
        self.storage = (0, 0, 0)
        """Requests and objects that are pending, and seconds of the oldest."""
        for _ in range(workers):
            self.hire()

    def hire(self, manager: str = "pool", host: str | None = None) -> Worker:
        """A worker comes."""
        number = self.made_workers
        self.made_workers += 1
        name = f"Worker|{number:05d}"
        where = host or f"node-{number // self.of_host:04d}"
        worker = Worker(name, where, manager, self.capabilities(number), self.processors, number)
        worker.on = [None] * self.processors
        self.workers[name] = worker
        self._everyone.append(worker)
        self.unheard.append(StateWorker(name, "connected", self.release.told(worker.capabilities)))
        self.manager_seen.setdefault(manager, 0)
        self.hand_out()
        return worker

    def die(self, worker: Worker, timeout: int = 7) -> None:
        """A worker is killed: the scheduler gives it up when it has not heard of it for so long."""
        worker.speaks, worker.frozen, worker.timeout = False, True, timeout

    def leave(self, worker: Worker) -> None:
        """A worker goes; what it has begins anew elsewhere."""
        del self.workers[worker.name]
        self._everyone = list(self.workers.values())
        self.unheard.append(StateWorker(worker.name, "disconnected", ()))
        for job in [*worker.on, *worker.queue]:
            if job is not None:
                job.worker = job.began = None
                self.place(job)

    def submit(
        self,
        function: str = "work",
        count: int = 1,
        client: str = "c0",
        needs: tuple[Capability, ...] = (),
        seconds: float = 2.0,
        ends_as: str = "success",
    ) -> list[Job]:
        """Tasks come."""
        jobs = [self.make(function, client, needs, seconds, ends_as) for _ in range(count)]
        for job in jobs:
            self.place(job)
        return jobs

    def make(
        self,
        function: str = "work",
        client: str = "c0",
        needs: tuple[Capability, ...] = (),
        seconds: float = 2.0,
        ends_as: str = "success",
    ) -> Job:
        """A task that is not placed yet."""
        self.clients.setdefault(client, 0)
        self.made += 1
        job = Job(self.made.to_bytes(16, "big"), function, client, needs, seconds, ends_as)
        self.jobs[job.task_id] = job
        return job

    def place(self, job: Job) -> None:
        """Give a task to a worker, or let it wait."""
        worker = self.best(job)
        if worker is None:
            job.state = "inactive"
            self.waiting.append(job)
            self.tell(job, "")
        else:
            self.give(job, worker)

    def best(self, job: Job) -> Worker | None:
        """The worker with the fewest tasks, of those that can and have room; of a large fleet, of some."""
        names = {each.name for each in job.needs}
        everyone = self._everyone
        if len(everyone) > 50 and not names:
            everyone = [everyone[int(self.random.random() * len(everyone))] for _ in range(8)]
        capable = (
            worker
            for worker in everyone
            if worker.load < self.places and names <= {each.name for each in worker.capabilities}
        )
        return min(capable, key=lambda worker: worker.load, default=None)

    def give(self, job: Job, worker: Worker) -> None:
        """Send a task to a worker."""
        job.worker, job.state = worker, "running"
        worker.queue.append(job)
        self.tell(job, worker.name, "hasCapacity")

    def hand_out(self) -> None:
        """Place what waits, in its order, until one cannot be placed."""
        while self.waiting:
            worker = self.best(self.waiting[0])
            if worker is None:
                return
            self.give(self.waiting.popleft(), worker)

    def ask_back(self, job: Job, state: str) -> None:
        """A task is asked back from its worker: `canceling` or `balanceCanceling`."""
        job.state = state
        assert job.worker is not None
        self.tell(job, job.worker.name, "taskCancel")

    def end(self, job: Job, state: str, profile: Profile | None = None) -> None:
        """A task ends."""
        worker = job.worker
        if job in self.waiting:
            self.waiting.remove(job)
        if worker is not None:
            worker.on = [None if each is job else each for each in worker.on]
            if job in worker.queue:
                worker.queue.remove(job)
        job.state = state
        self.finals[state] += 1
        self.jobs.pop(job.task_id)
        self.tell(job, "", "taskResult", profile)

    def tell(self, job: Job, worker: str, event: str = "", profile: Profile | None = None) -> None:
        """Say a transition."""
        new = self.release.number >= 2.9
        needs = self.release.told(job.needs)
        client, size = (job.client, 100) if new else (None, None)
        self.unheard.append(
            StateTask(
                job.task_id,
                job.function,
                job.state,
                worker,
                needs,
                profile,
                size,
                client,
                event if new else None,
            )
        )

    def second(self) -> Iterator[Event]:
        """A second passes."""
        self.at += 1.0
        for happening in list(self.every):
            happening(self)
        for worker in list(self.workers.values()):
            self._work(worker)
        if self.balancing and self.at % 5 == 0:
            self._balance()
        self.hand_out()
        for worker in self.workers.values():
            worker.seen = int(self.at + worker.number) % 2 if worker.speaks else worker.seen + 1
        for worker in [worker for worker in self._everyone if worker.seen > worker.timeout]:
            self.leave(worker)
        yield from self.unheard
        self.unheard.clear()
        yield report_of(self)

    def _work(self, worker: Worker) -> None:
        if worker.frozen:
            return
        for place, job in enumerate(worker.on):
            if (
                job is not None
                and job.began is not None
                and self.at - job.began >= job.seconds * worker.speed
            ):
                took = job.seconds * worker.speed
                self.end(job, job.ends_as, Profile(took, MIB, took / 2))
            if worker.on[place] is None and worker.queue:
                following = worker.queue.popleft()
                worker.on[place] = following
                following.began = self.at

    def _balance(self) -> None:
        idle = [worker for worker in self.workers.values() if not worker.load]
        laden = sorted(self.workers.values(), key=lambda worker: -len(worker.queue))
        for worker, other in zip(laden, idle, strict=False):
            while worker.queue and worker.load > other.load + 1:
                needs = {each.name for each in worker.queue[-1].needs}
                if not needs <= {each.name for each in other.capabilities}:
                    break
                self.give(worker.queue.pop(), other)

    @property
    def states(self) -> dict[str, int]:
        """The scheduler's own counts."""
        counts = {"inactive": 0, "running": 0, "canceling": 0, "balanceCanceling": 0, **self.finals}
        for job in self.jobs.values():
            counts[job.state] += 1
        return counts
