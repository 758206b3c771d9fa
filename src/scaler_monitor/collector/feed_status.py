"""How the source fares: the status that goes with every answer."""

from __future__ import annotations

from collections.abc import Callable

from scaler_monitor.collector.receiving import Receiving
from scaler_monitor.collector.refusals import Refusals
from scaler_monitor.collector.source import Batch, Source
from scaler_monitor.collector.status_word import StatusWord
from scaler_monitor.collector.watching_since import WatchingSince
from scaler_monitor.protocol.page import Status
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.generation import Generation

BEHIND_SECONDS = 3.0
"""From this age on of the oldest frame that is not decoded it is said how far decoding is behind."""


class FeedStatus:
    """What came, what of it could be read, and how old the newest report is.

    `now` is unix seconds. `steady` is seconds of another clock, which nobody sets: ages are told by that one.
    One thread at a time may call a method, unless the method says that any thread may.
    """

    def __init__(
        self, source: Source, cache: DecodeCache, steady: Callable[[], float], began: float | None = None
    ) -> None:
        """`began` is when the first frame came, where it came before this."""
        self.generation: Generation | None = None
        self._source = source
        self._cache = cache
        self._steady = steady
        self._since = WatchingSince(began)
        self._receiving = Receiving()
        self._word = StatusWord(steady())
        self._decoding_since: float | None = None  # when what is being decoded had arrived
        self._refusals = Refusals()
        self._told: Status | None = None

    def begin(self, batch: Batch) -> None:
        """A batch is being decoded."""
        self._decoding_since = batch.steady
        self._refusals.begin(batch.steady)

    def heard(self, batch: Batch, *, events: bool, reports: int) -> None:
        """A batch was decoded: whether any event, and how many reports came of it."""
        self._since.heard(batch.arrived, batch.steady)
        if events:
            self._word.heard(batch.state.connects)
        for _ in range(reports):
            self._word.reported(batch.state.connects, batch.steady)

    def finish(self) -> None:
        """The batch is in the model."""
        self._decoding_since = None

    def cannot_read(self, why: str) -> None:
        """One frame is malformed, as the decoder says."""
        self._refusals.cannot_read(why)

    def refused(self, why: str) -> None:
        """The decoder failed at one frame without having words for it, or the model at one event."""
        self._refusals.refuse(why)

    def understood(self) -> None:
        """A report could be read; told between what could not before and behind it."""
        self._refusals.report()

    def tick(self) -> None:
        """To be called about once a second."""
        self._receiving.look(self._source.counters, self._steady())

    def started(self, now: float, steady: float) -> float | None:
        """Unix seconds since when frames come, by the clock at one moment; None before the first."""
        return self._since.at(now, steady)

    def tell(self, now: float) -> Status:
        """Return the status at unix time `now`; what the collector costs is for others to say."""
        source, steady = self._source, self._steady()
        state, counters = source.state, source.counters
        if source.skipped is not None:
            self._refusals.pass_over(*source.skipped)
        self._receiving.look(counters, steady)
        word = self._word.update(state, steady)
        self._told = Status(
            time=now,
            address=source.address,
            word=word,
            problem=state.problem or self._problem(word, steady),
            since=now - (steady - self._word.since),
            wire=state.wire,
            generation=self.generation,
            connected=state.phase == "connected",
            report_age_seconds=self._word.report_age(steady),
            report_interval_seconds=self._word.report_interval,
            frames=counters.frames,
            malformed=self._refusals.malformed + counters.oversized + counters.broken_streams,
            dropped=source.shed + counters.shed,
            events_per_second=None,
            queue_age_seconds=self._behind(steady),
            connects=state.connects,
            collector_cpu_percent=None,
            collector_rss_bytes=None,
            started=self.started(now, steady),
            last_malformed=self._refusals.last_malformed,
            cut=self._cache.cut,
            refused=self._refusals.refused,
            last_refused=self._refusals.last_refused,
        )
        return self._told

    def while_busy(self, now: float) -> Status:
        """Return what any thread can tell at unix time `now` while the model is held by the decoder."""
        state, steady = self._source.state, self._steady()
        behind = self._behind(steady)
        busy = _behind_by(behind) if behind >= BEHIND_SECONDS else "the monitor is busy"
        return (self._told or self.tell(now))._replace(
            time=now,
            problem=state.problem or busy,
            wire=state.wire,
            connected=state.phase == "connected",
            connects=state.connects,
            report_age_seconds=self._word.report_age(steady),
            frames=self._source.counters.frames,
            queue_age_seconds=behind,
        )

    def _problem(self, word: str, steady: float) -> str:
        """Return why a scheduler that speaks is not seen as it is now; "" where it is."""
        behind = self._behind(steady)
        if behind >= BEHIND_SECONDS:
            return _behind_by(behind)
        unreadable = self._refusals.unreadable
        if unreadable and (word == "STALE" or self._word.report_age(steady) is None):
            return f"what the scheduler says cannot be read: {unreadable}"
        return self._receiving.describe(steady) if word == "STALE" else ""

    def _behind(self, steady: float) -> float:
        """Return for how many seconds the oldest frame waits that is not in the model."""
        since = self._decoding_since
        return max(self._source.age(steady), 0.0 if since is None else steady - since)


def _behind_by(seconds: float) -> str:
    return f"decoding is {seconds:.0f} s behind"
