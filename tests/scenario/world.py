"""What happens in the scenario's cluster each second, as events."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from tests.scenario.cast import CLIENTS, KINDS, START, Job, Worker, build_fleet
from tests.scenario.report import objects, report

from scaler_monitor.wire.event import Event, Profile, StateTask, StateWorker


class World:
    """A cluster that does something each second, and tells it in events."""

    def __init__(self, seed: int, workers: int, processors: int, submitted: Sequence[int]) -> None:
        self.random = random.Random(seed)
        self.workers = build_fleet(workers, processors)
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
        yield report(self, at)
        yield objects(self)

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
                    worker.running[place] = begun = worker.queue.pop(0)
                    begun.began = at - self.random.random() / 2

    def die(self, worker: Worker) -> Iterator[Event]:
        """A worker dies with all that it has."""
        self.workers.remove(worker)
        yield StateWorker(worker.name, "disconnected", worker.capabilities)
        for job in [*worker.running, *worker.queue]:
            if job is not None:
                self.finals["failedWorkerDied"] += 1
                yield self._told(job, "failedWorkerDied", "", "workerDied")
