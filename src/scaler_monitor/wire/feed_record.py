"""What is known of a feed: its state, its counters, and the frames that nobody has taken yet."""

from __future__ import annotations

from collections.abc import Callable

from scaler_monitor.wire.feed import FeedCounters, FeedState, Phase, Wire


class FeedRecord:
    """Written by the one thread that reads; state and counters are replaced whole, so any may look."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.frames: list[bytes] = []
        self.state = FeedState("connecting", None, None, now(), 0, "")
        self.counters = FeedCounters(0, 0, 0, 0)
        self.proven = False
        """This connection brought a frame."""
        self._now = now

    def connected(self, wire: Wire, ymq_version: int | None) -> None:
        """A connection stands that a scheduler has greeted."""
        self.state = FeedState("connected", wire, ymq_version, self._now(), self.state.connects + 1, "")

    def move(self, phase: Phase, problem: str) -> None:
        """The connection is in another phase, for this reason."""
        since = self.state.since if self.state.phase == phase else self._now()
        self.state = self.state._replace(phase=phase, since=since, problem=problem)

    def note(self, problem: str) -> None:
        """Something is worth saying though the phase stays; "" takes it back."""
        if problem != self.state.problem:
            self.state = self.state._replace(problem=problem)

    def count(
        self,
        *,
        message_bytes: int = 0,
        oversized: int = 0,
        broken_streams: int = 0,
        last_oversized: int = 0,
        shed: int = 0,
    ) -> None:
        """Add to the counters; `last_oversized` is of the last frame skipped, 0 where none was."""
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
        """Hand over the frames that have come, and count them."""
        frames, self.frames = self.frames, []
        self.counters = self.counters._replace(frames=self.counters.frames + len(frames))
        return frames
