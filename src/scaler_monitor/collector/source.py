"""Where frames come from: a live scheduler, a recording, a story of the tests."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from scaler_monitor.wire.feed import FeedCounters, FeedState
from scaler_monitor.wire.generation import Generation


@dataclass(slots=True)
class Batch:
    """Raw frames that came together, and how the connection fared when they did; a change may come alone."""

    arrived: float  # unix seconds
    steady: float  # the same moment by the clock that nobody sets
    state: FeedState
    frames: list[bytes]


class Skipped(NamedTuple):
    """Why something that came was passed over, so that nobody will decode it."""

    why: str
    steady: float  # when, by the clock that nobody sets


class Source(Protocol):
    """Gives frames with the times at which they came, and in the same order how the connection fared.

    One thread may `fetch`, one `take`; any may look at the rest. A recording has nothing to fetch, and gives
    the times and states that it has noted.
    """

    generation: Generation | None
    """What decoded frames tell of the wire; to be set by whoever decodes them."""

    @property
    def address(self) -> str:
        """What it is called."""

    @property
    def state(self) -> FeedState:
        """How the connection fares now."""

    @property
    def counters(self) -> FeedCounters:
        """What has come so far."""

    @property
    def shed(self) -> int:
        """Frames that came and were dropped, since too many waited."""

    @property
    def skipped(self) -> Skipped | None:
        """The latest thing that was passed over; None before the first."""

    def age(self, steady: float) -> float:
        """Return for how many seconds the oldest frame waits that nobody has taken."""

    def fetch(self, stopping: threading.Event) -> None:
        """Bring in what comes until `stopping` is set; returns at once where nothing has to be fetched."""

    def take(self, at_most: int, timeout: float, most_bytes: int) -> Batch | None:
        """Return up to `at_most` of the oldest frames, of one batch; None when none come in time.

        They have at most `most_bytes` together, unless the first one alone has more.
        """

    def close(self) -> None:
        """Let the connection, or the file, go; a `fetch` under way returns soon."""
