"""The engine: decodes the frames of a source and updates the model, with the clock of its caller.

It uses no threads or sockets. The caller takes batches from the source, and must not let others read the
state while `apply` or `tick` runs.
"""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.collector.clock import Clock
from scaler_monitor.collector.feed_status import FeedStatus
from scaler_monitor.collector.source import Batch, Source
from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.tracker import FindingsTracker
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Status
from scaler_monitor.system.logs import RateLimitedLog, logger
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import Event, StateScheduler
from scaler_monitor.wire.feed import FeedState


class Decoded(NamedTuple):
    """The events of a batch, to be applied to the model."""

    batch: Batch
    """The batch, without its frames."""
    has_frames: bool
    """Whether the batch contained frames."""
    events: list[Event]
    memory: int
    """Bytes of the names and lists created for them."""


class Engine:
    """Follows one source. Not thread-safe, except for `status`, see there."""

    def __init__(self, source: Source, clock: Clock, state: ClusterState | None = None) -> None:
        """Start with an empty state, or continue with `state`."""
        self._source = source
        self._clock = clock
        self._model = ClusterModel(clock.wall()) if state is None else ClusterModel.of(state)
        self._cache = DecodeCache()
        self._decoder = Decoder(self._cache)
        self._decoding: FeedState | None = None  # connection state of the current decoder
        self._followed: FeedState | None = None  # connection state of the model
        self._log = RateLimitedLog(logger(__name__))
        began = None if state is None else state.started
        self.status = FeedStatus(source, self._cache, clock.steady, began)
        self.findings = FindingsTracker()
        """What is wrong with the cluster, by the rules of `scaler_monitor.findings`."""
        self._dropped = 0
        self.revision = 0
        """Incremented with each change of the state."""

    @property
    def state(self) -> ClusterState:
        """The state of the model; always the same object."""
        return self._model.state

    def current_status(self) -> Status:
        """Return the status of the source now."""
        return self.status.current(self._clock.wall())

    def process(self, batch: Batch) -> None:
        """Decode a batch and apply its events to the model."""
        self.apply(self.decode(batch))

    def decode(self, batch: Batch) -> Decoded:
        """Decode the frames of a batch, which clears its list; the state does not change."""
        self.status.decode_started(batch)
        before, self._decoding = self._decoding, batch.state
        if before is None or before.connects != batch.state.connects:
            self._decoder = Decoder(self._cache)  # one decoder per connection
        has_frames, made = bool(batch.frames), self._cache.created_bytes
        events = self._events(batch)
        self._source.generation = self._decoder.generation
        return Decoded(batch, has_frames, events, self._cache.created_bytes - made)

    def apply(self, decoded: Decoded) -> None:
        """Apply a decoded batch to the model."""
        batch, events = decoded.batch, decoded.events
        self._follow(batch.state, batch.arrived)
        self.status.generation = self._decoder.generation
        reports = sum(type(event) is StateScheduler for event in events)
        if decoded.has_frames:
            self.status.batch_decoded(batch, events=bool(events), reports=reports)
            self._count_since(batch.arrived, batch.steady)
        if events:
            self.revision += 1
            self._apply(events, batch.arrived, decoded.memory)
        self.status.batch_applied()
        if reports:
            self._observe(batch.arrived)

    def tick(self) -> None:
        """Update what depends on time. Call it about once a second."""
        now = self._clock.wall()
        self.revision += 1
        self.status.tick()
        self._count_since(now, self._clock.steady())
        self._model.tick(now)
        self._observe(now)

    def _observe(self, now: float) -> None:
        """Run the rules of findings; one that raises is counted, and costs this observation only."""
        status = self.status.current(now)
        condition = FeedCondition(
            connected=status.connected,
            stale=status.word == "STALE",
            shedding=status.dropped > self._dropped,
            generation=status.generation,
            watching_since=status.started,
        )
        self._dropped = status.dropped
        try:
            changes = self.findings.observe(self.state, condition, now)
        except Exception as error:
            self._refuse(error, "the rules of findings failed: ")
            return
        for started in changes.started:
            self._log.info(
                "finding %s begins: %s, %s: %s", started.id, started.severity, started.rule, started.text
            )
        for ended in changes.ended:
            self._log.info("finding %s ends: %s: %s", ended.id, ended.rule, ended.text)

    def _count_since(self, now: float, steady: float) -> None:
        """Set the start time of the model to the first frame; both arguments are the same moment."""
        since = self.status.start_time(now, steady)
        if since is not None:
            self.state.started = since

    def _follow(self, state: FeedState, now: float) -> None:
        """Update the model when the connection was opened or lost."""
        before, self._followed = self._followed, state
        connected = state.phase == "connected"
        same = before is not None and before.connects == state.connects
        was_connected = before is not None and before.phase == "connected"
        if connected == was_connected and (same or before is None):
            return
        self.revision += 1
        if connected and was_connected:
            self._model.feed_changed(False, now)
        self._model.feed_changed(connected, now)

    def _apply(self, events: list[Event], now: float, memory: int) -> None:
        """Apply events to the model; one that raises is counted and skipped."""
        coming = iter(events)
        for _ in range(len(events) + 1):  # each turn but the last skips one event
            try:
                self._model.apply_many(coming, now, memory)
                return
            except Exception as error:  # noqa: PERF203 - rarely more than one turn
                self._refuse(error, "the model did not take an event: ")

    def _events(self, batch: Batch) -> list[Event]:
        """Decode the frames of a batch; each is freed at once, since it may be large."""
        frames, batch.frames = batch.frames[::-1], []
        events = []
        while frames:
            event = self._event(frames.pop(), batch.state.ymq_version)
            if event is not None:
                events.append(event)
        return events

    def _event(self, frame: bytes, ymq_version: int | None) -> Event | None:
        try:
            event = self._decoder.decode(frame, ymq_version)
        except MalformedFrame as error:
            self._log.warning("malformed: %s", error)
            self.status.frame_malformed(str(error))
        except Exception as error:  # a fault of the decoder
            self._refuse(error)
        else:
            if type(event) is StateScheduler:
                self.status.report_decoded()
            return event
        return None

    def _refuse(self, error: Exception, what: str = "") -> None:
        why = f"{what}{type(error).__name__}: {error}"
        self._log.warning("refused: %s", why, error=error)
        self.status.event_refused(why)
