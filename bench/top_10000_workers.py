"""10,000 workers with 2 processors each, a report a second."""

from __future__ import annotations

from bench.live import compare
from bench.result import Result


def measure() -> list[Result]:
    """CPU, and how soon a sort key repaints."""
    return compare("10,000 workers x 2, a report a second", 10_000, 2, 100, cpu_limit=0.5, key_limit=3.0)
