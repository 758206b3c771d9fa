"""1,000 workers, 2,000 tasks/s: the top view at 160x50."""

from __future__ import annotations

from bench.live import compare, our_document
from bench.result import Result
from bench.stream import simulator


def measure() -> list[Result]:
    """Measure CPU, compared with upstream's top and web GUI, and dropped frames."""
    name = "1,000 workers, 6,000 StateTask/s, top at 160x50"
    results = compare(name, 1000, 2, 2000, cpu_limit=0.5)
    with simulator(1000, 2, 2000) as stream:
        source = our_document(stream.address, 10)["source"]
    assert isinstance(source, dict)
    return [*results, Result(f"{name}, shed in 10 s", "frames", float(source["dropped"]), None, 0.0)]
