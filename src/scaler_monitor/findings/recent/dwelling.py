"""Since when tasks are asked back from their workers, and how long such tasks usually are."""

from __future__ import annotations

from scaler_monitor.model.duration_histogram import DurationHistogram
from scaler_monitor.model.tasks import Tasks

STATES = ("canceling", "balanceCanceling")

MOST_TASKS = 10_000
"""Tasks of which it is remembered since when: 150 bytes each."""

LEAST_ENDED = 100
"""Tasks that must have left a state before it can be said how long 99 of 100 are in it."""


class Dwelling:
    """Tasks in a state that should be short, by id."""

    def __init__(self) -> None:
        self.since: dict[bytes, tuple[str, float]] = {}
        """State and unix seconds."""
        self._left = {state: DurationHistogram() for state in STATES}

    def take(self, held: list[tuple[bytes, str]], ended: list[bytes], tasks: Tasks, now: float) -> None:
        """Note who came into such a state and who left it."""
        for task_id, state in held:
            before = self.since.get(task_id)
            if before is not None and before[0] == state:
                continue
            self._leave(task_id, now)
            if state in STATES and len(self.since) < MOST_TASKS:
                self.since[task_id] = (state, now)
        if self.since:
            for task_id in ended:
                self._leave(task_id, now)
            for task_id in [task_id for task_id in self.since if _gone(tasks, task_id)]:
                del self.since[task_id]

    def longer(self, state: str, seconds: float, now: float) -> list[tuple[bytes, float]]:
        """Return the tasks that are in a state for longer than so, and than 99 of 100 were in it, with since
        when; the one that came first before all."""
        left = self._left[state]
        usual = left.quantile(0.99) if left.count >= LEAST_ENDED else None
        limit = max(seconds, usual or 0.0)
        return [
            (task_id, each[1])
            for task_id, each in self.since.items()
            if each[0] == state and now - each[1] > limit
        ]

    def count(self, state: str) -> int:
        """How many tasks are known to be in a state."""
        return sum(each[0] == state for each in self.since.values())

    def clear(self) -> None:
        """Forget who is where."""
        self.since.clear()

    def _leave(self, task_id: bytes, now: float) -> None:
        before = self.since.pop(task_id, None)
        if before is not None:
            self._left[before[0]].add([max(now - before[1], 0.0)])


def _gone(tasks: Tasks, task_id: bytes) -> bool:
    task = tasks.get(task_id)
    return task is None or task.ended is not None
