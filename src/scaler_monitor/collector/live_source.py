"""The source of a running scheduler: reads continuously; the queue drops frames if decoding is too slow."""

from __future__ import annotations

import threading

from scaler_monitor.collector.clock import SYSTEM_CLOCK, Clock
from scaler_monitor.collector.frame_queue import FrameQueue
from scaler_monitor.collector.source import Batch, Skipped
from scaler_monitor.system.logs import RateLimitedLog, logger
from scaler_monitor.wire.feed import Feed, FeedCounters, FeedState
from scaler_monitor.wire.generation import Generation
from scaler_monitor.wire.problem import describe_oversized

READ_SECONDS = 0.5
"""Timeout of one read."""
GATHER_SECONDS = 0.02
"""Pause between reads, so that a busy stream causes at most 50 wake-ups per second."""

MAX_GATHER_SECONDS = 0.1
"""Each read with few frames doubles the pause up to this: a slow stream causes 10 wake-ups per second."""

FEW_FRAMES = 100
"""A read with this many frames resets the pause."""

BUSY_FRAMES = 1000
BUSY_BYTES = 1 << 17
"""After a read with this much there is no pause: more is waiting at the scheduler."""


class LiveSource:
    """A feed, and the queue between the reader thread and the decoder thread."""

    def __init__(
        self, address: str, feed: Feed, queue: FrameQueue | None = None, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self.address = address
        self.queue = queue or FrameQueue()
        self.skipped: Skipped | None = None
        self._feed = feed
        self._clock = clock
        self._log = RateLimitedLog(logger(__name__))

    @property
    def generation(self) -> Generation | None:
        """The generation found by the decoder."""
        return self.queue.generation

    @generation.setter
    def generation(self, generation: Generation | None) -> None:
        self.queue.generation = generation

    @property
    def state(self) -> FeedState:
        """The current state of the connection."""
        return self._feed.state

    @property
    def counters(self) -> FeedCounters:
        """The counters of the connection."""
        return self._feed.counters

    @property
    def dropped(self) -> int:
        """Number of frames dropped by the queue."""
        return self.queue.dropped

    def age(self, steady: float) -> float:
        """Return the age in seconds of the oldest frame in the queue."""
        return self.queue.age(steady)

    def take(self, at_most: int, timeout: float, most_bytes: int) -> Batch | None:
        """Return the oldest frames, see `Source.take`."""
        return self.queue.take(at_most, timeout, most_bytes)

    def close(self) -> None:
        """Close the connection."""
        self._feed.close()

    def fetch(self, stopping: threading.Event) -> None:
        """Read until `stopping` is set."""
        last: FeedState | None = None
        oversized = 0
        gather = GATHER_SECONDS
        while not stopping.is_set():
            frames = self._feed.read(READ_SECONDS)
            count = len(frames)
            busy = count >= BUSY_FRAMES or sum(map(len, frames)) >= BUSY_BYTES
            arrived, state = self._clock.steady(), self._feed.state
            if frames or state != last:
                self.queue.put(Batch(self._clock.wall(), arrived, state, frames))
                if state != last:
                    self._log.info("feed: %s", _describe(state))
                last = state
            del frames  # they are the queue's: a large one must not be held here while the next is received
            counters = self._feed.counters
            if counters.oversized != oversized:
                oversized = counters.oversized
                self.skipped = Skipped(describe_oversized(counters.last_oversized), arrived)
                self._log.warning("%s", self.skipped.why)
            if count >= FEW_FRAMES:
                gather = GATHER_SECONDS
            if count and not busy:
                stopping.wait(gather)
                gather = min(2 * gather, MAX_GATHER_SECONDS)


def _describe(state: FeedState) -> str:
    version = "" if state.ymq_version is None else f" version {state.ymq_version}"
    text = f"{state.phase}, connection {state.connects}, wire {state.wire or 'unknown'}{version}"
    return f"{text}: {state.problem}" if state.problem else text
