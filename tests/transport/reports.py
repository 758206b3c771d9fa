"""Generates a scheduler's report for a publisher."""

from __future__ import annotations

import numpy as np

from scaler_monitor.simulate.report_frame import ReportFrame
from scaler_monitor.simulate.synthetic_fleet import build_fleet
from scaler_monitor.simulate.synthetic_tasks import SyntheticTasks
from scaler_monitor.simulate.task_frames import LENGTH_BYTES, TaskFrames


def report_bytes(workers: int, processors: int) -> bytes:
    """Return the frame of a report of `workers` workers with `processors` each, of generation 2."""
    fleet = build_fleet(workers, processors)
    tasks = SyntheticTasks(fleet, TaskFrames(fleet, 2), 0, None)
    frame = ReportFrame(fleet, 2).patch(
        tasks.states, tasks.busy, tasks.task_ids, tasks.age_seconds(), np.zeros(10, np.uint32)
    )
    return bytes(frame)[LENGTH_BYTES:]
