"""The mutable record behind a feed: state, counters, and received frames that were not read yet."""

from __future__ import annotations

from collections.abc import Callable

from scaler_monitor.wire.feed import FeedCounters, FeedState, Phase, Wire


class FeedRecord:
    """Written by the reading thread only.

    State and counters are replaced as a whole, so any thread may read.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.frames: list[bytes] = []
        self.state = FeedState("connecting", None, None, now(), 0, "")
        self.counters = FeedCounters(0, 0, 0, 0)
        self.has_frames = False
        """Whether the current connection has received a frame."""
        self._now = now

    def set_connected(self, wire: Wire, ymq_version: int | None) -> None:
        """Set the state after a successful handshake."""
        self.state = FeedState("connected", wire, ymq_version, self._now(), self.state.connects + 1, "")

    def set_phase(self, phase: Phase, problem: str) -> None:
        """Set the phase, and the problem that caused it."""
        since = self.state.since if self.state.phase == phase else self._now()
        self.state = self.state._replace(phase=phase, since=since, problem=problem)

    def set_problem(self, problem: str) -> None:
        """Set the problem without changing the phase; "" clears it."""
        if problem != self.state.problem:
            self.state = self.state._replace(problem=problem)

    def add_counts(
        self,
        *,
        message_bytes: int = 0,
        oversized: int = 0,
        broken_streams: int = 0,
        last_oversized: int = 0,
        shed: int = 0,
    ) -> None:
        """Add to the counters; `last_oversized` replaces the previous value unless it is 0."""
        before = self.counters
        self.counters = FeedCounters(
            before.message_bytes + message_bytes,
            before.frames,
            before.oversized + oversized,
            before.broken_streams + broken_streams,
            last_oversized or before.last_oversized,
            before.shed + shed,
        )

    def take_frames(self) -> list[bytes]:
        """Return the received frames, count them, and clear the buffer."""
        frames, self.frames = self.frames, []
        self.counters = self.counters._replace(frames=self.counters.frames + len(frames))
        return frames
