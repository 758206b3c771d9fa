"""How cost grows with the fleet."""

from __future__ import annotations

import statistics
import time
from functools import partial

from bench import state_scheduler, state_task
from bench.live import SETTLE_SECONDS, our_screen
from bench.on_screen import on_screen
from bench.reading import painted, percentile_95, shows_fleet, sort_seconds
from bench.result import Result
from bench.stream import simulator

FLEETS = (100, 1000, 10_000, 100_000)
TASKS_PER_SECOND = 2000
LOAD_SECONDS = 10.0
KEYS = 20
STARTS = 3


def measure() -> list[Result]:
    """Ours alone at 100, 1,000 and 10,000 workers; one look at 100,000. Each with 2 processors."""
    return [result._replace(workers=workers) for workers in FLEETS for result in _at(workers)]


def _at(workers: int) -> list[Result]:
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
        Result("one StateScheduler, frame to model", "ms CPU", report.ours),
        Result("top view, 2,000 tasks/s, a report a second: CPU", "% of a core", load.cpu_percent),
        Result("... memory of all processes", "MB", load.megabytes),
        Result("... to the terminal", "kB/s", load.bytes_per_second / 1000),
        Result("... key to repaint, 95th percentile", "ms", percentile_95(keys)),
        Result("start to first painted frame", "s", statistics.median(starts)),
        Result("start to the first report on the screen", "s", full),
    ]
