"""100,000 StateTask/s for 30 s."""

from __future__ import annotations

import time

from bench.live import our_document, our_screen
from bench.on_screen import on_screen, percentile_95
from bench.result import Result
from bench.stream import simulator

SECONDS = 30
TASKS_PER_SECOND = 33_334


def measure() -> list[Result]:
    """Memory, keys, what was shed, and whether the totals are the scheduler's."""
    tasks = str(TASKS_PER_SECOND * SECONDS)
    with (
        simulator(1000, 8, TASKS_PER_SECOND, "--tasks", tasks, "--wait") as stream,
        on_screen(our_screen(stream.address)) as screen,
    ):
        time.sleep(10)
        middle = screen.rss_megabytes()
        load = screen.load(5)
        keys = screen.repaint_seconds(b"mcfwl", 20)
        end = screen.rss_megabytes()
    with simulator(1000, 8, TASKS_PER_SECOND, "--tasks", tasks, "--wait") as stream:
        document = our_document(stream.address, SECONDS + 15)
        sent = stream.stats()["states"]
        monitors_dropped = stream.stats()["dropped_monitors"]
    shown, source = document["tasks"]["states"], document["source"]  # type: ignore[index]
    wrong = sum(abs(shown.get(state) - count) for state, count in sent.items())
    shed = f"{source['dropped']:,} frames shed and said so; CPU {load.cpu_percent:.0f} %"  # type: ignore[index]
    return [
        Result(
            "overload, memory growth from 10 s on", "MB", end - middle, None, 20.0, f"{end:.0f} MB at the end"
        ),
        Result("overload, key to repaint, 95th percentile", "ms", percentile_95(keys), None, 150.0),
        Result("overload, state counts that differ", "tasks", float(wrong), None, 0.0, shed),
        Result("overload, times that the scheduler dropped us", "times", float(monitors_dropped), None, 0.0),
    ]
