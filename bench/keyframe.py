"""Size of keyframes, and time for writing and reading one."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.result import Result
from bench.stream import STEPS, simulated_steps
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.keyframe.keyframe import read_keyframe, write_keyframe
from scaler_monitor.wire.decoder import Decoder


def measure(workers: tuple[int, ...] = (1_000, 10_000), seconds: int = 25) -> list[Result]:
    """Measure keyframes after `seconds` of 2,000 tasks per second."""
    return [result for size in workers for result in _measure(size, watched(size, 2, 2_000, seconds))]


def watched(workers: int, processors: int, tasks_per_second: int, seconds: int) -> ClusterState:
    """Return the state after `seconds` simulated seconds."""
    decoder, model = Decoder(), ClusterModel(0.0)
    for step, frames in enumerate(simulated_steps(workers, processors, tasks_per_second, seconds)):
        model.apply_many([decoder.decode(frame, 2) for frame in frames], 1.0 + step / STEPS)
        if step % STEPS == 0:
            model.tick(1.0 + step / STEPS)
    return model.state


def _measure(workers: int, state: ClusterState) -> list[Result]:
    data = write_keyframe(state.snapshot())
    of = f"of {workers:,} workers x 2 after {state.tasks.made:,} tasks"
    return [
        Result(f"a snapshot {of}", "ms CPU", _milliseconds(state.snapshot)),
        Result(f"a keyframe {of}", "kB", len(data) / 1000),
        Result(f"writing it, {workers:,} workers", "ms CPU", _milliseconds(lambda: write_keyframe(state))),
        Result(f"reading it, {workers:,} workers", "ms CPU", _milliseconds(lambda: read_keyframe(data))),
    ]


def _milliseconds(work: Callable[[], object]) -> float:
    """Return the duration, best of five."""
    taken = []
    for _ in range(5):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return 1000 * min(taken)
