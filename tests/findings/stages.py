"""Faults as they happen in a town: how each begins, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.findings.town import Job, Town, Worker

from scaler_monitor.wire.event import Capability

GPU = (Capability("gpu", -1),)


@dataclass
class Staged:
    """A fault that goes on."""

    subject: str
    end: Callable[[], None]


def some(town: Town, busy: bool = False) -> Worker:
    """A worker: one with a task where wanted."""
    return next(w for w in town.workers.values() if not busy or any(job is not None for job in w.on))


def _each(workers: list[Worker], name: str, value: float) -> None:
    for worker in workers:
        setattr(worker, name, value)


def starve(town: Town) -> Staged:
    """Tasks come that need what no worker has; at the end a worker comes that has it."""
    town.submit("train", 5, client="c1", needs=GPU)

    def end() -> None:
        town.capabilities = lambda _: GPU
        town.hire()

    return Staged("gpu", end)


def wait_untold(town: Town) -> Staged:
    """The same with a release that does not say what tasks need."""
    staged = starve(town)
    return Staged("", staged.end)


def fill_memory(town: Town) -> Staged:
    """A worker's memory is nearly full."""
    worker = some(town, busy=True)
    worker.used = 0.95
    return Staged(worker.name, lambda: setattr(worker, "used", 0.3))


def silence(town: Town) -> Staged:
    """A worker's agent hangs."""
    worker = some(town, busy=True)
    worker.speaks, worker.frozen = False, True

    def end() -> None:
        worker.speaks, worker.frozen = True, False

    return Staged(worker.name, end)


def silence_host(town: Town) -> Staged:
    """A machine is cut off."""
    host = some(town).host
    there = [worker for worker in town.workers.values() if worker.host == host]
    for worker in there:
        worker.speaks = False
    return Staged(host, lambda: _each(there, "speaks", True))


def silence_fleet(town: Town) -> Staged:
    """The network is cut between the scheduler and every second worker."""
    there = list(town.workers.values())[::2]
    for worker in there:
        worker.speaks = False
    return Staged("", lambda: _each(there, "speaks", True))


def kill(town: Town) -> Staged:
    """A worker that has work and hardly any memory left is killed."""
    worker = some(town)
    town.give(town.make("work", seconds=60.0), worker)
    worker.used = 0.95
    town.every.append(_once(lambda: town.leave(worker), town.at + 3))
    return Staged(worker.name, lambda: None)


def _give_up(town: Town, job: Job) -> None:
    if job.task_id in town.jobs:
        town.end(job, "failedWorkerDied")


def poison_function(town: Town) -> Staged:
    """Every few seconds a worker dies on which a certain function runs."""

    def die(town: Town) -> None:
        bad = [job for job in town.jobs.values() if job.function == "bad"]
        if len(bad) < 2:
            town.submit("bad", 2, seconds=500.0)
        ill = next((job for job in bad if job.began is not None and town.at - job.began >= 3), None)
        if ill is not None and ill.worker is not None and ill.worker.speaks:
            town.die(ill.worker)
            town.hire()
            town.every.append(_once(lambda: _give_up(town, ill), town.at + 9))

    town.every.append(die)

    def end() -> None:
        town.every.remove(die)
        for job in list(town.jobs.values()):
            if job.function == "bad":
                town.end(job, "canceled")

    return Staged("bad", end)


def poison_task(town: Town) -> Staged:
    """A task takes one worker after the other."""
    job = town.submit("bad", 1, seconds=500.0)[0]

    def die(town: Town) -> None:
        worker = job.worker
        if job.began is not None and town.at - job.began >= 3 and worker is not None and worker.speaks:
            town.die(worker)
            town.hire()

    town.every.append(die)

    def end() -> None:
        town.every.remove(die)
        town.end(job, "canceled")

    return Staged(job.task_id.hex(), end)


def _once(what: Callable[[], None], at: float) -> Callable[[Town], None]:
    def happening(town: Town) -> None:
        if town.at == at:
            what()

    return happening


def fail(town: Town) -> Staged:
    """A function fails every second time, from its first second on."""

    def happening(town: Town) -> None:
        count = max(4, len(town.workers) // 20)
        town.submit("price", count, seconds=0.5)
        town.submit("price", count, seconds=0.5, ends_as="failed" if bad else "success")

    bad = [1]
    town.every.append(happening)
    return Staged("price", bad.clear)


def stick(state: str) -> Callable[[Town], Staged]:
    def begin(town: Town) -> Staged:
        worker = some(town, busy=True)
        jobs = [town.make("work", seconds=1.0) for _ in range(3)]
        for job in jobs:
            town.give(job, worker)
            worker.queue.remove(job)
            town.ask_back(job, state)

        def end() -> None:
            for job in jobs:
                town.end(job, "canceled")

        return Staged(worker.name, end)

    return begin


def saturate(town: Town) -> Staged:
    """The scheduler's one thread is full, and answers late."""
    town.cpu, town.lag = 980, 40_000

    def end() -> None:
        town.cpu, town.lag = 300, 900

    return Staged("", end)


def saturate_rising(town: Town) -> Staged:
    """The scheduler's one thread is full, and it does not get through."""
    staged = saturate(town)

    def more(town: Town) -> None:
        town.submit("more", len(town.workers), seconds=60.0)

    town.every.append(more)

    def end() -> None:
        staged.end()
        town.every.remove(more)

    return Staged("", end)


def storage(town: Town) -> Staged:
    """Objects are asked for that do not come."""

    def older(town: Town) -> None:
        town.storage = (12, 5, town.storage[2] + 1)

    town.every.append(older)

    def end() -> None:
        town.every.remove(older)
        town.storage = (0, 0, 0)

    return Staged("", end)


def flood(town: Town) -> Staged:
    """A client sends five times what the cluster can do."""

    def more(town: Town) -> None:
        town.submit("flooding", 5 * len(town.workers), client="big", seconds=3.0)

    town.every.append(more)
    return Staged("big", lambda: town.every.remove(more))


def unbalance(town: Town) -> Staged:
    """The balancer is off, and one worker has all that is new."""
    town.balancing = False
    worker = next(iter(town.workers.values()))
    town.every.clear()
    for _ in range(40):
        town.give(town.make("slow", seconds=60.0), worker)

    def end() -> None:
        for job in list(worker.queue):
            town.end(job, "canceled")

    return Staged("", end)


def owe(town: Town) -> Staged:
    """A manager is to bring workers and does not; all there are are full, and more waits."""
    town.pending["pool"] = 3
    everything = 2 * len(town.workers) * town.places
    town.submit("long", everything, seconds=900.0)

    def end() -> None:
        town.pending["pool"] = 0

    return Staged("pool", end)


def straggle(town: Town) -> Staged:
    """A task hangs."""
    job = town.submit("work", 1, seconds=10_000.0)[0]
    return Staged(job.task_id.hex(), lambda: town.end(job, "canceled"))


def slow_host(town: Town) -> Staged:
    """All that a machine does takes three times as long."""
    host = some(town).host
    there = [worker for worker in town.workers.values() if worker.host == host]
    for worker in there:
        worker.speed = 3.0
    return Staged(host, lambda: _each(there, "speed", 1.0))
