"""The two threads that watch a scheduler: one reads, always; one decodes and keeps the model."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from scaler_monitor.collector.decoder_pulse import DecoderPulse
from scaler_monitor.collector.feed_status import FeedStatus
from scaler_monitor.collector.frame_queue import Batch, FrameQueue
from scaler_monitor.collector.reporting import prepare_report
from scaler_monitor.collector.viewers import Viewers
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.page import Answer, Question, Status, ViewerHealth
from scaler_monitor.system.crashes import report_crash
from scaler_monitor.system.deadlines import Deadlines
from scaler_monitor.system.logs import LimitedLog, logger
from scaler_monitor.system.steady_clock import steady_now
from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import Event, StateScheduler
from scaler_monitor.wire.feed import Feed, FeedState
from scaler_monitor.wire.kept import Kept
from scaler_monitor.wire.problem import describe_oversized

READ_SECONDS = 0.5
GATHER_SECONDS = 0.02
"""The reader lets frames gather for so long, so that a busy stream costs 50 wake-ups a second."""

BUSY_FRAMES = 1000
BUSY_BYTES = 1 << 17
"""A read that brought so many is followed by the next at once: more waits at the scheduler."""

CHUNK_FRAMES = 500
"""Frames decoded before their events enter the model, and so how long the lock is held."""

CHUNK_BYTES = 1 << 20
"""Bytes of those frames, so that what they become is bounded; one frame may have more."""

TICK_SECONDS = 1.0

PATIENCE_SECONDS = 1.0
"""How long an answer waits for the model; after that it says no more than how the feed fares."""

HUNG_SECONDS = 10.0
"""A decoder that holds the model for so long and uses no CPU will never let it go."""


_log = logger(__name__)


class Watch:
    """Watches one scheduler; any thread may ask for answers meanwhile."""

    def __init__(
        self,
        address: str,
        feed: Feed,
        queue: FrameQueue | None = None,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_now,
    ) -> None:
        self.failure = ""
        self.stopping = threading.Event()
        self._feed = feed
        self._queue = queue or FrameQueue()
        self._clock = clock
        self._steady = steady  # ages are by this one, since the other may be set
        self._lock = threading.Lock()  # guards the model, the viewers and what status is made of
        self._model = ClusterModel(clock())
        self._cluster = self._model.state
        self._viewers = Viewers(self._cluster)
        self._kept = Kept()
        self._decoder = Decoder(self._kept)
        self._status = FeedStatus(address, feed, self._queue, self._kept, steady)
        self._state: FeedState | None = None
        self._revision = 0
        self._read_log, self._decode_log = LimitedLog(_log), LimitedLog(_log)  # each is of one thread
        self._threads = [
            threading.Thread(target=self._guarded, args=(loop,), name=loop.__name__.strip("_"), daemon=True)
            for loop in (self._read, self._decode)
        ]
        self._pulse = DecoderPulse(self._threads[1])

    def start(self) -> None:
        """Begin to read."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads and the connection."""
        self.stopping.set()
        self._feed.close()
        for thread in self._threads:
            thread.join(1.0)

    def fail(self, why: str) -> None:
        """End the watch for a reason in one line, the first that there is."""
        self.failure = self.failure or why
        self.stopping.set()

    def answer(self, question: Question) -> Answer:
        """Answer one viewer from the last finished state.

        While the model is busy for longer than PATIENCE_SECONDS nothing is new but the status.
        """
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            return self._busy_answer(question)
        try:
            self._pulse.rest()
            now = self._clock()
            status = self._status.tell(now)
            return self._viewers.answer(question, status, self._revision, now, time.monotonic())
        finally:
            self._lock.release()

    def enter(self, batch: Batch) -> None:
        """Decode a batch and put its events into the model; for one thread, the decoder's where started."""
        self._status.begin(batch)
        self._follow(batch.state, batch.arrived)
        came = bool(batch.frames)
        made = self._kept.made
        events = self._events(batch)
        self._queue.generation = self._decoder.generation
        made = self._kept.made - made
        reports = sum(type(event) is StateScheduler for event in events)
        with self._lock:
            self._status.generation = self._decoder.generation
            if came:
                self._status.heard(batch, events=bool(events), reports=reports)
                self._count_since(batch.arrived, batch.steady)
            if events:
                self._revision += 1
                self._viewers.cluster_changes()
                self._apply(events, batch.arrived, made)
        self._status.finish()

    def tick(self) -> None:
        """What is to be done once a second, by the thread that enters batches."""
        with self._lock:
            now = self._clock()
            self._revision += 1
            self._status.tick()
            self._count_since(now, self._steady())
            self._model.tick(now)
            self._viewers.forget_silent(time.monotonic())  # none could ask while the machine was suspended

    def _busy_answer(self, question: Question) -> Answer:
        if self._pulse.stood_still_for(time.monotonic()) > HUNG_SECONDS:
            self.fail("decoding hangs")
        status = self._status.while_busy(self._clock())
        paused_since = self._viewers.paused_since(question.viewer)
        return Answer(question.known, status, paused_since, None, None, None, None)

    def report(self, form: str, viewer: ViewerHealth | None, width: int) -> tuple[Status, str]:
        """Return the status, and the whole state as `form` ("json" or "text"); "" before the first report.

        `viewer` is what the one who asks costs; lines of text have at most `width` cells.
        """
        with self._lock:
            now = self._clock()
            status = self._status.tell(now)
            if status.report_age_seconds is None:
                return status, ""
            write = prepare_report(self._cluster, status, now, form, viewer, width)
        return status, write()

    def _guarded(self, loop: Callable[[], None]) -> None:
        try:
            loop()
        except Exception as error:
            crash = report_crash(error, "collector")
            self.fail(f"{threading.current_thread().name} failed: {crash}")

    def _read(self) -> None:
        last: FeedState | None = None
        oversized = 0
        while not self.stopping.is_set():
            frames = self._feed.read(READ_SECONDS)
            arrived, state = self._steady(), self._feed.state
            if frames or state != last:
                self._queue.put(Batch(self._clock(), arrived, state, frames))
                if state != last:
                    self._read_log.info("feed: %s", _in_words(state))
                last = state
            counters = self._feed.counters
            if counters.oversized != oversized:
                oversized = counters.oversized
                why = describe_oversized(counters.last_oversized)
                self._read_log.warning("%s", why)
                self._status.skipped(why, arrived)
            if 0 < len(frames) < BUSY_FRAMES and sum(map(len, frames)) < BUSY_BYTES:
                self.stopping.wait(GATHER_SECONDS)

    def _decode(self) -> None:
        due = time.monotonic()
        ticks = Deadlines(due, TICK_SECONDS)
        while not self.stopping.is_set():
            batch = self._queue.take(
                CHUNK_FRAMES, min(max(due - time.monotonic(), 0.0), TICK_SECONDS / 2), CHUNK_BYTES
            )
            if batch is not None:
                self.enter(batch)
            if time.monotonic() >= due:
                self.tick()
                due = ticks.next(time.monotonic())

    def _count_since(self, now: float, steady: float) -> None:
        """Let the model count from the first frame, by the clock as it was at one moment."""
        since = self._status.started(now, steady)
        if since is not None:
            self._cluster.started = since

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
            self._decode_log.warning("malformed: %s", error)
            self._status.cannot_read(str(error))
        except Exception as error:  # nor must one that the decoder has no words for
            self._refuse(error)
        else:
            if type(event) is StateScheduler:
                self._status.understood()
            return event
        return None

    def _refuse(self, error: Exception, what: str = "") -> None:
        why = f"{what}{type(error).__name__}: {error}"
        self._decode_log.warning("refused: %s", why, error=error)
        self._status.refused(why)

    def _follow(self, state: FeedState, now: float) -> None:
        """Tell the model when the connection came or went; each connection has a decoder of its own."""
        before, self._state = self._state, state
        connected = state.phase == "connected"
        same = before is not None and before.connects == state.connects
        if before is None or not same:
            self._decoder = Decoder(self._kept)
        was_connected = before is not None and before.phase == "connected"
        if connected == was_connected and (same or before is None):
            return
        with self._lock:
            self._revision += 1
            if connected and was_connected:
                self._model.feed_changed(False, now)
            self._model.feed_changed(connected, now)


def _in_words(state: FeedState) -> str:
    version = "" if state.ymq_version is None else f" version {state.ymq_version}"
    told = f"{state.phase}, connection {state.connects}, wire {state.wire or 'unknown'}{version}"
    return f"{told}: {state.problem}" if state.problem else told
