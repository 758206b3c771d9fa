"""What a transport gives to the collector: whole frames, and how the connection fares."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

Phase = Literal["connecting", "connected", "disconnected"]
Wire = Literal["zmq", "ymq"]


class FeedState(NamedTuple):
    """How the connection fares; replaced as a whole, so any thread may read it."""

    phase: Phase
    wire: Wire | None  # None until the first bytes told
    ymq_version: int | None  # 1 or 2; tells the generation
    since: float  # unix seconds of the last change of phase
    connects: int  # connections made so far
    problem: str  # one line: why it is not connected and what to try; "" when all is well


class FeedCounters(NamedTuple):
    """What went over the connection since the start."""

    message_bytes: int  # of messages; what greets, pings or says farewell counts nothing
    frames: int
    oversized: int  # frames over the limit, skipped
    broken_streams: int  # impossible lengths or handshakes, each ended a connection
    last_oversized: int = 0  # bytes of the last frame skipped
    shed: int = 0  # large frames skipped since there was no room for another


class Feed(Protocol):
    """A connection to one scheduler that heals itself for ever. One thread reads; any may look."""

    @property
    def state(self) -> FeedState:
        """How the connection fares now."""

    @property
    def counters(self) -> FeedCounters:
        """What went over it so far."""

    def read(self, timeout: float) -> list[bytes]:
        """Return the frames that have come, waiting at most `timeout` seconds for the first.

        Connects and reconnects as needed, within the same bound; never raises for what the network does.
        """

    def close(self) -> None:
        """End the connection; a `read` under way returns soon."""
