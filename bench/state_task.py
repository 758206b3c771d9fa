"""The time for decoding and applying one StateTask."""

from __future__ import annotations

from bench.in_process import our_cpu_seconds, upstream_gui_cpu_seconds
from bench.result import Limit, Result
from bench.stream import recorded


def measure(workers: int = 1000, upstream: bool = True) -> list[Result]:
    """Measure 30,000 StateTasks with `workers` workers, best of three."""
    reports, tasks = recorded(workers, 2, 2000, 6)
    ours = min(our_cpu_seconds(tasks, reports[:1]) for _ in range(3)) / len(tasks)
    theirs = upstream_gui_cpu_seconds(tasks) / len(tasks) if upstream else None
    return [
        Result(
            f"one StateTask, frame to model ({workers:,} workers)",
            "µs CPU",
            ours * 1e6,
            None if theirs is None else theirs * 1e6,
            Limit(0.1, "upstream", None if theirs is None else theirs * 1e6),
            "upstream: web GUI; aim 4",
        )
    ]
