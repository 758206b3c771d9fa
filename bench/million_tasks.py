"""Memory after 1,000,000 tasks."""

from __future__ import annotations

import time

from bench.live import our_screen
from bench.on_screen import on_screen
from bench.result import Result
from bench.stream import simulator

TASKS = 1_000_000


def measure(tasks_per_second: int = 10_000) -> list[Result]:
    """Measure the memory of all processes at the end, and its growth in the second half."""
    samples = []
    with (
        simulator(1000, 8, tasks_per_second, "--tasks", str(TASKS), "--wait") as stream,
        on_screen(our_screen(stream.address)) as screen,
    ):
        while (submitted := stream.stats()["submitted"]) < TASKS:
            samples.append((submitted, screen.megabytes()))
            time.sleep(2)
        time.sleep(5)
        end = screen.megabytes()
    middle = next(memory for submitted, memory in samples if submitted >= TASKS // 2)
    return [
        Result("1,000,000 tasks seen, memory of all processes", "MB", end, None, 200.0, "PSS"),
        Result("1,000,000 tasks seen, growth in the last half", "MB", end - middle, None, 10.0),
    ]
