"""A small cluster: 7 workers, 100 tasks/s."""

from __future__ import annotations

from bench.live import compare
from bench.result import Result


def measure() -> list[Result]:
    """Measure CPU and bytes to the terminal."""
    return compare("7 workers, 100 tasks/s", 7, 2, 100, cpu_limit=0.9, bytes_limit=2.0)
