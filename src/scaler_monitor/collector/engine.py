"""Frames in, state out: decodes what a source gives and keeps the model, by the time that is handed in.

No thread and no socket is in here: whoever drives it takes batches from the source, and lets nobody look at
the state while `apply` or `tick` is under way.
"""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.collector.clock import Clock
from scaler_monitor.collector.feed_status import FeedStatus
from scaler_monitor.collector.source import Batch, Source
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Status
from scaler_monitor.system.logs import RateLimitedLog, logger
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import Event, StateScheduler
from scaler_monitor.wire.feed import FeedState


class Decoded(NamedTuple):
    """What a batch holds, to be put into the model."""

    batch: Batch
    """Without its frames."""
    came: bool
    """Whether there were frames."""
    events: list[Event]
    memory: int
    """Bytes in which their names and lists were made."""


class Engine:
    """Follows one source. For one thread, but for the status, see there."""

    def __init__(self, source: Source, clock: Clock, state: ClusterState | None = None) -> None:
        """Begin with nothing known, or go on from `state`."""
        self._source = source
        self._clock = clock
        self._model = ClusterModel(clock.wall()) if state is None else ClusterModel.of(state)
        self._cache = DecodeCache()
        self._decoder = Decoder(self._cache)
        self._decoding: FeedState | None = None  # state of the connection that the decoder is for
        self._followed: FeedState | None = None  # what the model was told last
        self._log = RateLimitedLog(logger(__name__))
        began = None if state is None else state.started
        self.status = FeedStatus(source, self._cache, clock.steady, began)
        self.revision = 0
        """Counts the changes of the state."""

    @property
    def state(self) -> ClusterState:
        """All that is known; the same object for ever."""
        return self._model.state

    def current_status(self) -> Status:
        """Return how the source fares now."""
        return self.status.current(self._clock.wall())

    def process(self, batch: Batch) -> None:
        """Decode a batch and put its events into the model."""
        self.apply(self.decode(batch))

    def decode(self, batch: Batch) -> Decoded:
        """Decode the frames of a batch, whose list is empty afterwards; the state stays as it is."""
        self.status.decode_started(batch)
        before, self._decoding = self._decoding, batch.state
        if before is None or before.connects != batch.state.connects:
            self._decoder = Decoder(self._cache)  # each connection has one of its own
        came, made = bool(batch.frames), self._cache.created_bytes
        events = self._events(batch)
        self._source.generation = self._decoder.generation
        return Decoded(batch, came, events, self._cache.created_bytes - made)

    def apply(self, decoded: Decoded) -> None:
        """Put what was decoded into the model."""
        batch, events = decoded.batch, decoded.events
        self._follow(batch.state, batch.arrived)
        self.status.generation = self._decoder.generation
        if decoded.came:
            reports = sum(type(event) is StateScheduler for event in events)
            self.status.batch_decoded(batch, events=bool(events), reports=reports)
            self._count_since(batch.arrived, batch.steady)
        if events:
            self.revision += 1
            self._apply(events, batch.arrived, decoded.memory)
        self.status.batch_applied()

    def tick(self) -> None:
        """Let time pass; to be called about once a second."""
        now = self._clock.wall()
        self.revision += 1
        self.status.tick()
        self._count_since(now, self._clock.steady())
        self._model.tick(now)

    def _count_since(self, now: float, steady: float) -> None:
        """Let the model count from the first frame, by the clock as it was at one moment."""
        since = self.status.start_time(now, steady)
        if since is not None:
            self.state.started = since

    def _follow(self, state: FeedState, now: float) -> None:
        """Tell the model when the connection came or went."""
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
        """Put events into the model; one that it cannot take is counted, and costs none of the others."""
        coming = iter(events)
        for _ in range(len(events) + 1):  # once more than there are events that can fail
            try:
                self._model.apply_many(coming, now, memory)
                return
            except Exception as error:  # noqa: PERF203 - seldom more than one turn
                self._refuse(error, "the model did not take an event: ")

    def _events(self, batch: Batch) -> list[Event]:
        """Decode the frames of a batch, letting each go: a large one need not be held beside its event."""
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
        except Exception as error:  # nor must one that the decoder has no words for
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
