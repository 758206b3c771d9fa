"""Tasks that are being canceled or moved: since when, and how long this usually takes."""

from __future__ import annotations

from scaler_monitor.model.duration_histogram import DurationHistogram
from scaler_monitor.model.tasks import Tasks

STATES = ("canceling", "balanceCanceling")

MAX_TASKS = 10_000
"""Tasks that are tracked; each takes 150 bytes."""

MIN_ENDED = 100
"""Tasks that must have left a state before its 99th percentile is used."""


class CancelingTasks:
    """Tasks in a canceling state, by id."""

    def __init__(self) -> None:
        self.since: dict[bytes, tuple[str, float]] = {}
        """State of each task, and the Unix time when it entered the state."""
        self._durations = {state: DurationHistogram() for state in STATES}

    def update(
        self, transitions: list[tuple[bytes, str]], ended: list[bytes], tasks: Tasks, now: float
    ) -> None:
        """Record the tasks that entered or left such a state."""
        for task_id, state in transitions:
            before = self.since.get(task_id)
            if before is not None and before[0] == state:
                continue
            self._leave(task_id, now)
            if state in STATES and len(self.since) < MAX_TASKS:
                self.since[task_id] = (state, now)
        if self.since:
            for task_id in ended:
                self._leave(task_id, now)
            for task_id in [task_id for task_id in self.since if _has_ended(tasks, task_id)]:
                del self.since[task_id]

    def longer_than(self, state: str, seconds: float, now: float) -> list[tuple[bytes, float]]:
        """Return the tasks that have been in a state for longer than `seconds` and the 99th percentile, with
        the Unix time when they entered it; oldest first."""
        durations = self._durations[state]
        usual = durations.quantile(0.99) if durations.count >= MIN_ENDED else None
        limit = max(seconds, usual or 0.0)
        return [
            (task_id, entry[1])
            for task_id, entry in self.since.items()
            if entry[0] == state and now - entry[1] > limit
        ]

    def count(self, state: str) -> int:
        """Return the number of tracked tasks in a state."""
        return sum(entry[0] == state for entry in self.since.values())

    def clear(self) -> None:
        """Clear the tracked tasks."""
        self.since.clear()

    def _leave(self, task_id: bytes, now: float) -> None:
        before = self.since.pop(task_id, None)
        if before is not None:
            self._durations[before[0]].add([max(now - before[1], 0.0)])


def _has_ended(tasks: Tasks, task_id: bytes) -> bool:
    task = tasks.get(task_id)
    return task is None or task.ended is not None
