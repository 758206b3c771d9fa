"""Healthy hours in many shapes: nothing above a notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.findings.peace import work
from tests.findings.report import Release
from tests.findings.town import Town
from tests.findings.watching import Watch, let_pass

HOUR = 3_600


def bursts(town: Town) -> None:
    """A client sends a thousand tasks every few minutes, another works on."""
    if town.at % 240 == 0:
        town.submit("burst", 400, client="burster", seconds=2.0)


def long_tasks(town: Town) -> None:
    """Few tasks of many minutes, and short ones."""
    if town.at % 120 == 0:
        town.submit("long", 3, client="c1", seconds=town.random.uniform(300, 900))


def autoscaling(town: Town) -> None:
    """Workers come with the load and go when idle."""
    rush = int(town.at) % 600 < 300
    if rush:
        town.submit("rush", 4, seconds=5.0)
    if town.at % 10 == 0:
        idle = [worker for worker in town.workers.values() if not worker.load]
        town.pending["pool"] = 2 if rush and not idle else 0
        if rush and not idle and len(town.workers) < 60:
            town.hire()
        elif len(idle) > 4 and len(town.workers) > 6:
            town.leave(idle[-1])


def failing_seldom(town: Town) -> None:
    """One in fifty tasks fails, as ever."""
    town.submit("risky", 3, seconds=1.0, ends_as="failed" if town.random.random() < 0.05 else "success")


def many_functions(town: Town) -> None:
    """Many functions of very different lengths."""
    number = town.random.randint(0, 200)
    town.submit(f"f{number}", 2, seconds=0.05 * 1.03**number)


def restarts(town: Town) -> None:
    """The scheduler is started anew every twenty minutes: its totals begin again, and all tasks are gone."""
    if town.at % 1_200 == 0:
        for job in list(town.jobs.values()):
            town.jobs.pop(job.task_id)
        town.waiting.clear()
        town.unheard.clear()
        for worker in town.workers.values():
            worker.queue.clear()
            worker.on = [None] * worker.processors
        town.finals = dict.fromkeys(town.finals, 0)


def everything(town: Town) -> None:
    """All that can be had at once without anything being wrong."""
    bursts(town)
    long_tasks(town)
    failing_seldom(town)


SHAPES: tuple[Callable[[Town], None], ...] = (everything, autoscaling, many_functions, restarts)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_healthy_hour_tells_nothing_above_a_notice(shape: Callable[[Town], None]) -> None:
    town = Town(12)
    town.every += [work, shape]
    watch = Watch(town)
    watch.run(HOUR)
    assert watch.worst() == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_nor_does_a_monitor_that_comes_late(shape: Callable[[Town], None]) -> None:
    town = Town(12, seed=2)
    town.every += [work, shape]
    let_pass(town, 700)
    watch = Watch(town)
    watch.run(600)
    assert watch.worst() == []


@pytest.mark.parametrize("release", [1.12, 1.27, 2.02, 2.3, 2.6, 2.7])
def test_nor_does_an_older_release(release: float) -> None:
    town = Town(12, seed=3, release=Release(release))
    town.every += [work, everything, autoscaling]
    watch = Watch(town)
    watch.run(900)
    assert watch.worst() == []


@pytest.mark.parametrize("workers", [1, 2, 3, 300])
def test_nor_do_other_sizes(workers: int) -> None:
    town = Town(workers, seed=4)
    town.every += [work, long_tasks]
    watch = Watch(town)
    watch.run(600)
    assert watch.worst() == []
