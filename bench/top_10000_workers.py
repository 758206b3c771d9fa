"""10,000 workers with 2 processors each, a report per second."""

from __future__ import annotations

from bench.live import compare
from bench.result import Result


def measure() -> list[Result]:
    """Measure CPU and the latency of a sort key."""
    return compare("10,000 workers x 2, a report a second", 10_000, 2, 100, cpu_limit=0.5, key_limit=3.0)
