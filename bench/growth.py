"""The cost by number of workers."""

from __future__ import annotations

import statistics
import time
from functools import partial

from bench import state_scheduler, state_task
from bench.bare import bare_repaint_milliseconds, bare_start_seconds
from bench.live import SETTLE_SECONDS, our_screen
from bench.on_screen import on_screen
from bench.reading import painted, percentile_95, shows_fleet, sort_seconds
from bench.result import Limit, Result
from bench.stream import simulator

FLEETS = (100, 1000, 10_000, 100_000)
TASKS_PER_SECOND = 2000
LOAD_SECONDS = 10.0
KEYS = 20
STARTS = 3


REPORT = "one StateScheduler, frame to model"
CPU = "top view, 2,000 tasks/s, a report a second: CPU"
KEY = "... key to repaint, 95th percentile"
REASON = (
    "Sorting, and the report itself, go through all 100,000 workers and 200,000 processors, with numpy, under"
    " one interpreter lock with what answers the key."
)


def measure() -> list[Result]:
    """Measure ours at 100, 1,000, 10,000 and 100,000 workers with 2 processors each."""
    bare, start = bare_repaint_milliseconds(), statistics.median(bare_start_seconds() for _ in range(STARTS))
    growth = [result._replace(workers=workers) for workers in FLEETS for result in _at(workers, bare, start)]
    found = {(result.measure, result.workers): result for result in growth}
    report, cpu, key = (found[measure, FLEETS[-1]] for measure in (REPORT, CPU, KEY))
    before = found[REPORT, FLEETS[-2]]
    limits = [
        report._replace(limit=Limit(FLEETS[-1] / FLEETS[-2], f"{FLEETS[-2]:,} workers", before.ours)),
        cpu._replace(limit=60.0, reason=REASON),
        key._replace(limit=Limit(5, "bare", bare), reason=REASON),
    ]
    return [*growth, *(one._replace(measure=_of_the_most(one), workers=None) for one in limits)]


def _of_the_most(result: Result) -> str:
    return f"{FLEETS[-1]:,} workers: {result.measure.removeprefix('... ')}"


def _at(workers: int, bare: float, start: float) -> list[Result]:
    (task,) = state_task.measure(workers, upstream=False)
    (report,) = state_scheduler.measure(workers, upstream=False)
    with simulator(workers, 2, TASKS_PER_SECOND) as stream:
        starts = []
        for _ in range(STARTS):
            with on_screen(our_screen(stream.address)) as screen:
                starts.append(screen.wait_for(painted))
        with on_screen(our_screen(stream.address)) as screen:
            full = screen.wait_for(partial(shows_fleet, workers))
            time.sleep(SETTLE_SECONDS)
            load = screen.load(LOAD_SECONDS)
            keys = sort_seconds(screen, KEYS)
    return [
        Result("one StateTask, frame to model", "µs CPU", task.ours),
        Result(REPORT, "ms CPU", report.ours),
        Result(CPU, "% of a core", load.cpu_percent),
        Result("... memory of all processes", "MB", load.megabytes),
        Result("... to the terminal", "kB/s", load.bytes_per_second / 1000),
        Result(KEY, "ms", percentile_95(keys), bare=bare),
        Result("start to first painted frame", "s", statistics.median(starts), bare=start),
        Result("start to the first report on the screen", "s", full),
    ]
