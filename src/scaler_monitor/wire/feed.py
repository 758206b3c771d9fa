"""The interface between a transport and the collector: frames, connection state and counters."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

Phase = Literal["connecting", "connected", "disconnected"]
Wire = Literal["zmq", "ymq"]


class FeedState(NamedTuple):
    """State of the connection. Immutable and replaced as a whole, so any thread may read it."""

    phase: Phase
    wire: Wire | None  # None until the protocol was detected
    ymq_version: int | None  # 1 or 2; determines the generation
    since: float  # unix seconds of the last change of phase
    connects: int  # number of connections so far
    problem: str  # one line: why it is not connected and what to try; "" if all is well


class FeedCounters(NamedTuple):
    """Totals since the feed was opened."""

    message_bytes: int  # of messages; handshakes, pings and close frames are not counted
    frames: int
    oversized: int  # frames over the limit, skipped
    broken_streams: int  # invalid lengths or handshakes; each closed a connection
    last_oversized: int = 0  # bytes of the last oversized frame
    shed: int = 0  # large frames skipped because memory was full


class Feed(Protocol):
    """A connection to one scheduler that reconnects by itself. One thread reads; any may read the state."""

    @property
    def state(self) -> FeedState:
        """The current state of the connection."""

    @property
    def counters(self) -> FeedCounters:
        """The totals so far."""

    def read(self, timeout: float) -> list[bytes]:
        """Return the received frames, waiting at most `timeout` seconds for the first; an empty list if none.

        Connects and reconnects as needed, within the same timeout. Network errors never raise.
        """

    def close(self) -> None:
        """Close the connection; a `read` in another thread returns soon."""
