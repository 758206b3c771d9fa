"""The status of the source, which is part of every answer."""

from __future__ import annotations

from collections.abc import Callable

from scaler_monitor.collector.first_frame_time import FirstFrameTime
from scaler_monitor.collector.frame_errors import FrameErrors
from scaler_monitor.collector.source import Batch, Source
from scaler_monitor.collector.status_word import StatusWord
from scaler_monitor.collector.traffic import Traffic
from scaler_monitor.protocol.page import Status
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.generation import Generation

BEHIND_SECONDS = 3.0
"""The status reports a delay of decoding from this age of the oldest waiting frame on."""


class FeedStatus:
    """Tracks frames, decode errors and the age of the latest report.

    `now` is unix seconds, `steady` is monotonic seconds. Not thread-safe, except for `current_while_busy`.
    """

    def __init__(
        self, source: Source, cache: DecodeCache, steady: Callable[[], float], began: float | None = None
    ) -> None:
        """`began` is the arrival of the first frame in unix seconds, if it arrived before."""
        self.generation: Generation | None = None
        self._source = source
        self._cache = cache
        self._steady = steady
        self._first_frame = FirstFrameTime(began)
        self._traffic = Traffic()
        self._word = StatusWord(steady())
        self._decoding_since: float | None = None  # arrival of the batch that is being decoded
        self._errors = FrameErrors()
        self._latest: Status | None = None

    def decode_started(self, batch: Batch) -> None:
        """Record that decoding of a batch starts."""
        self._decoding_since = batch.steady
        self._errors.decode_started(batch.steady)

    def batch_decoded(self, batch: Batch, *, events: bool, reports: int) -> None:
        """Record that a batch was decoded: whether it contained events, and the number of reports."""
        self._first_frame.frames_came(batch.arrived, batch.steady)
        if events:
            self._word.event_arrived(batch.state.connects)
        for _ in range(reports):
            self._word.report_arrived(batch.state.connects, batch.steady)

    def batch_applied(self) -> None:
        """Record that the batch was applied to the model."""
        self._decoding_since = None

    def frame_malformed(self, why: str) -> None:
        """Count a malformed frame."""
        self._errors.add_malformed(why)

    def event_refused(self, why: str) -> None:
        """Count a frame or event at which the decoder or the model failed."""
        self._errors.add_refused(why)

    def report_decoded(self) -> None:
        """Record that a report was decoded; call it in order with the errors."""
        self._errors.report_decoded()

    def tick(self) -> None:
        """Update the traffic. Call it about once a second."""
        self._traffic.update(self._source.counters, self._steady())

    def start_time(self, now: float, steady: float) -> float | None:
        """Return the arrival of the first frame in unix seconds; None before it. Both arguments are now."""
        return self._first_frame.at(now, steady)

    def current(self, now: float) -> Status:
        """Return the status at unix time `now`, without the resources that the collector uses."""
        source, steady = self._source, self._steady()
        state, counters = source.state, source.counters
        if source.skipped is not None:
            self._errors.set_skipped(*source.skipped)
        self._traffic.update(counters, steady)
        word = self._word.update(state, steady)
        self._latest = Status(
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
            malformed=self._errors.malformed + counters.oversized + counters.broken_streams,
            dropped=source.dropped + counters.shed,
            events_per_second=None,
            queue_age_seconds=self._delay(steady),
            connects=state.connects,
            collector_cpu_percent=None,
            collector_rss_bytes=None,
            started=self.start_time(now, steady),
            last_malformed=self._errors.last_malformed,
            cut=self._cache.cut,
            refused=self._errors.refused,
            last_refused=self._errors.last_refused,
        )
        return self._latest

    def current_while_busy(self, now: float) -> Status:
        """Return the status at unix time `now` while the decoder holds the model. Any thread may call it."""
        state, steady = self._source.state, self._steady()
        behind = self._delay(steady)
        busy = _describe_delay(behind) if behind >= BEHIND_SECONDS else "the monitor is busy"
        return (self._latest or self.current(now))._replace(
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
        """Return why the state is not current although the scheduler is connected; "" if it is current."""
        behind = self._delay(steady)
        if behind >= BEHIND_SECONDS:
            return _describe_delay(behind)
        unreadable = self._errors.unreadable
        if unreadable and (word == "STALE" or self._word.report_age(steady) is None):
            return f"what the scheduler says cannot be read: {unreadable}"
        return self._traffic.describe(steady) if word == "STALE" else ""

    def _delay(self, steady: float) -> float:
        """Return the age in seconds of the oldest frame that is not in the model."""
        since = self._decoding_since
        return max(self._source.age(steady), 0.0 if since is None else steady - since)


def _describe_delay(seconds: float) -> str:
    return f"decoding is {seconds:.0f} s behind"
