"""The time for decoding and applying one report."""

from __future__ import annotations

from bench.in_process import our_cpu_seconds, upstream_gui_cpu_seconds
from bench.result import Limit, Result
from bench.stream import recorded


def measure(workers: int = 10_000, upstream: bool = True) -> list[Result]:
    """Measure reports of `workers` workers with 2 processors each: the mean of 8, after the first."""
    reports, _ = recorded(workers, 2, 2000, 9)
    ours = our_cpu_seconds(reports[1:], reports[:1]) / (len(reports) - 1)
    theirs = upstream_gui_cpu_seconds(reports[:2]) / 2 if upstream else None
    return [
        Result(
            f"one StateScheduler of {workers:,} workers x 2",
            "ms CPU",
            1000 * ours,
            None if theirs is None else 1000 * theirs,
            Limit(0.07, "upstream", None if theirs is None else 1000 * theirs),
            "upstream: web GUI, mean of its first two reports; ours is steady, without the first; aim 70 ms",
        )
    ]
