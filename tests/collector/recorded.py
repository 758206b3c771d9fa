"""A source of recorded frames: batches with their times, in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scaler_monitor.collector.source import Batch, Skipped
from scaler_monitor.wire.feed import FeedCounters, FeedState
from scaler_monitor.wire.generation import Generation

CONNECTED = FeedState("connected", "ymq", 2, 0.0, 1, "")


class RecordedSource:
    """Provides recorded batches, as fast as they are taken."""

    def __init__(self, batches: Iterable[Batch], address: str = "recorded") -> None:
        self.address = address
        self.generation: Generation | None = None
        self.dropped = 0
        self.skipped: Skipped | None = None
        self.state = FeedState("connecting", None, None, 0.0, 0, "")
        self.counters = FeedCounters(0, 0, 0, 0)
        self._batches = deque(replace(batch, frames=[*batch.frames]) for batch in batches)

    def age(self, steady: float) -> float:
        """Return 0: nothing waits."""
        return 0.0

    def fetch(self, stopping: threading.Event) -> None:
        """Return: there is nothing to read."""

    def take(self, at_most: int, timeout: float, most_bytes: int) -> Batch | None:
        """Return the next batch; None at the end."""
        if not self._batches:
            return None
        batch = self._batches[0]
        taken = replace(batch, frames=batch.frames[:at_most])
        del batch.frames[:at_most]
        if not batch.frames:
            self._batches.popleft()
        self.state = batch.state
        self.counters = self.counters._replace(frames=self.counters.frames + len(taken.frames))
        return taken

    def close(self) -> None:
        """Do nothing."""


def batches_of(
    frames: Sequence[bytes], began: float, seconds: float = 0.1, state: FeedState = CONNECTED
) -> list[Batch]:
    """Return a batch for each frame, at the given interval in seconds."""
    return [Batch(began + at * seconds, at * seconds, state, [frame]) for at, frame in enumerate(frames)]
