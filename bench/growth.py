"""How cost grows with the fleet."""

from __future__ import annotations

import time

from bench import state_scheduler, state_task
from bench.live import SETTLE_SECONDS, our_screen
from bench.on_screen import on_screen, percentile_95
from bench.result import Result
from bench.stream import simulator


def measure() -> list[Result]:
    """Ours alone at 100, 1,000 and 10,000 workers; one look at 100,000."""
    results = []
    for workers in (100, 1000, 10_000, 100_000):
        results += state_task.measure(workers, upstream=False)
        results += state_scheduler.measure(workers, upstream=False)
        with simulator(workers, 2, 100) as stream, on_screen(our_screen(stream.address)) as screen:
            time.sleep(SETTLE_SECONDS)
            load = screen.load(10)
            keys = percentile_95(screen.repaint_seconds(b"mcfwl", 10))
        results.append(
            Result(
                f"{workers:,} workers x 2, 100 tasks/s, top view",
                "% of a core",
                load.cpu_percent,
                note=f"key to repaint {keys:.0f} ms, {load.rss_megabytes:.0f} MB",
            )
        )
    return results
