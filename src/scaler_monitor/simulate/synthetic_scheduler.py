"""A synthetic scheduler: publishes the tasks and the reports of a fleet over time."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from scaler_monitor.simulate.other_frames import object_frame, worker_frame
from scaler_monitor.simulate.publishing import Publisher
from scaler_monitor.simulate.report_frame import MESSAGES, ReportFrame
from scaler_monitor.simulate.synthetic_fleet import Fleet
from scaler_monitor.simulate.synthetic_tasks import TICKS_PER_SECOND, SyntheticTasks
from scaler_monitor.simulate.task_frames import TaskFrames
from scaler_monitor.system.deadlines import Deadlines

_SERVE_SECONDS = 0.01
_RECONNECT_SECONDS = 10  # one worker at a time disconnects and reconnects
_MAX_LATE_SECONDS = 5.0  # older ticks are skipped


class SyntheticScheduler:
    """Advances with the caller's clock (monotonic seconds)."""

    def __init__(
        self,
        fleet: Fleet,
        generation: int,
        publisher: Publisher,
        *,
        tasks_per_second: float,
        tasks_in_all: int | None = None,
        report_interval_seconds: int = 1,
        wait_for_monitor: bool = False,
    ) -> None:
        self._fleet = fleet
        self._generation = generation
        self._publisher = publisher
        self._tasks = SyntheticTasks(fleet, TaskFrames(fleet, generation), tasks_per_second, tasks_in_all)
        self._report = ReportFrame(fleet, generation)
        self._objects = object_frame(fleet) if generation == 2 else None
        self._interval = report_interval_seconds
        self._waiting_for_monitor = wait_for_monitor
        self._next_tick = self._next_report = self._next_reconnect = float("-inf")
        self._reports: Deadlines  # both are set by the first step
        self._reconnects: Deadlines
        self._reconnecting = 0
        self._frames: Counter[str] = Counter()

    def step(self, now: float) -> None:
        """Publish everything that is due at `now`, then serve the monitors for a short time."""
        if self._next_tick == float("-inf"):
            self._next_tick = self._next_report = now
            self._reports = Deadlines(now, self._interval)
            self._reconnects = Deadlines(now, _RECONNECT_SECONDS)
            self._next_reconnect = self._reconnects.next(now)
        if self._waiting_for_monitor:
            self._waiting_for_monitor = not self._publisher.monitors
            self._next_tick = now
        self._next_tick = max(self._next_tick, now - _MAX_LATE_SECONDS)
        while not self._waiting_for_monitor and self._next_tick <= now:
            self._next_tick += 1 / TICKS_PER_SECOND
            for rows in self._tasks.tick():
                self._frames["stateTask"] += len(rows)
                self._publisher.publish(rows, rows.shape[1])
        if now >= self._next_report:
            self._next_report = self._reports.next(now)
            self._publish_report()
        if now >= self._next_reconnect:
            self._next_reconnect = self._reconnects.next(now)
            self._reconnect_a_worker()
        self._publisher.serve(max(0.0, min(_SERVE_SECONDS, self._next_tick - now)))

    def stats(self) -> dict[str, Any]:
        """Return the totals so far: frames by kind, tasks by state, bytes, monitors."""
        return {
            "frames": dict(self._frames),
            "states": dict(self._tasks.states),
            "submitted": self._tasks.submitted,
            "bytes_sent": self._publisher.bytes_sent,
            "monitors": self._publisher.monitors,
            "dropped_monitors": self._publisher.dropped_monitors,
        }

    def _publish_report(self) -> None:
        tasks = self._tasks
        ended = sum(tasks.states[state] for state in ("success", "failed", "canceled"))
        received = [
            tasks.submitted,
            ended,
            self._frames["stateScheduler"] * len(self._fleet.workers) // 2,
            4,
            40,
        ]
        sent = [tasks.submitted - tasks.states["inactive"], ended, received[2], 4, 40]
        messages = np.array(received + sent, np.uint64).astype(np.uint32)
        assert len(messages) == 2 * len(MESSAGES)
        self._publish_frame(
            "stateScheduler",
            self._report.patch(tasks.states, tasks.busy, tasks.task_ids, tasks.age_seconds(), messages),
        )
        if self._objects is not None:
            self._publish_frame("stateObject", self._objects)

    def _reconnect_a_worker(self) -> None:
        for state in ("disconnected", "connected"):
            self._publish_frame(
                "stateWorker", worker_frame(self._fleet, self._generation, self._reconnecting, state)
            )
        self._reconnecting = (self._reconnecting + 1) % len(self._fleet.workers)

    def _publish_frame(self, kind: str, frame: bytes) -> None:
        self._frames[kind] += 1
        self._publisher.publish(frame, len(frame))
