"""CPU cost of findings for a large fleet under load."""

from __future__ import annotations

import time
from itertools import chain, islice

from bench.result import Result
from bench.stream import STEPS, simulated_steps
from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.tracker import FindingsTracker
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.wire.decoder import Decoder


def measure(workers: int = 10_000, tasks_per_second: int = 2_000, seconds: int = 60) -> list[Result]:
    """Return the CPU use of `observe` (% of a core, called once per second, without the first ten calls) and
    the longest call."""
    decoder, model, tracker = Decoder(), ClusterModel(0.0), FindingsTracker()
    model.feed_changed(True, 0.0)
    steps = simulated_steps(workers, 2, tasks_per_second, seconds)
    looks = []
    for second in range(1, seconds + 1):
        frames = chain.from_iterable(islice(steps, STEPS))
        model.apply_many([decoder.decode(frame, 2) for frame in frames], float(second))
        model.tick(float(second))
        started = time.process_time()
        tracker.observe(model.state, FeedCondition(generation=2, watching_since=0.0), float(second))
        looks.append(time.process_time() - started)
    steady = looks[10:]
    name = f"findings, {workers:,} workers x 2, {tasks_per_second:,} tasks/s"
    return [
        Result(
            name, "% of a core", 100 * sum(steady) / len(steady), limit=2.0 if workers == 10_000 else None
        ),
        Result(f"{name}: longest observation", "ms CPU", 1000 * max(steady)),
    ]


if __name__ == "__main__":
    for each in measure():
        print(each.measure, each.ours, each.unit, each.verdict)
