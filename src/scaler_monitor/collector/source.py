"""The interface of a source of frames: a live scheduler, a recording, or a test."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from scaler_monitor.wire.feed import FeedCounters, FeedState
from scaler_monitor.wire.generation import Generation


@dataclass(slots=True)
class Batch:
    """Raw frames that arrived together, and the state of the connection; no frames if only that changed."""

    arrived: float  # unix seconds
    steady: float  # the same moment in monotonic seconds
    state: FeedState
    frames: list[bytes]


class Skipped(NamedTuple):
    """A message that was skipped and will not be decoded."""

    why: str
    steady: float  # arrival in monotonic seconds


class Source(Protocol):
    """Provides frames with their arrival times and connection states, in order of arrival.

    One thread may call `fetch` and one `take`; everything else is thread-safe. A recording has nothing to
    fetch, and provides the recorded times and states.
    """

    generation: Generation | None
    """Generation of the frames; set by the decoder."""

    @property
    def address(self) -> str:
        """The address or path of the source."""

    @property
    def state(self) -> FeedState:
        """The current state of the connection."""

    @property
    def counters(self) -> FeedCounters:
        """The counters of the connection."""

    @property
    def dropped(self) -> int:
        """Number of received frames that were dropped because too many waited."""

    @property
    def skipped(self) -> Skipped | None:
        """The latest skipped message; None before the first."""

    def age(self, steady: float) -> float:
        """Return the age in seconds of the oldest frame that was not taken; `steady` is monotonic seconds."""

    def fetch(self, stopping: threading.Event) -> None:
        """Read until `stopping` is set; return at once if there is nothing to read."""

    def take(self, at_most: int, timeout: float, most_bytes: int) -> Batch | None:
        """Return up to `at_most` of the oldest frames, of one batch; None after `timeout` seconds.

        Together they have at most `most_bytes` bytes, or it is a single larger frame.
        """

    def close(self) -> None:
        """Close the connection or file; a running `fetch` returns soon."""
