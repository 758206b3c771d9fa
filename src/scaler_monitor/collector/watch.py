"""The two threads that follow a source: a reader, and a decoder that updates the model."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from scaler_monitor.collector.clock import SYSTEM_CLOCK, Clock
from scaler_monitor.collector.engine import Engine
from scaler_monitor.collector.full_report import prepare_full_report
from scaler_monitor.collector.health import Health
from scaler_monitor.collector.source import Batch, Source
from scaler_monitor.collector.thread_activity import ThreadActivity
from scaler_monitor.collector.viewers import Viewers, refusal_reason
from scaler_monitor.protocol.page import Answer, Question, Status, ViewerHealth
from scaler_monitor.system.crashes import report_crash
from scaler_monitor.system.deadlines import Deadlines

CHUNK_FRAMES = 500
"""Most frames per batch; it bounds the time for which the lock is held."""

CHUNK_BYTES = 1 << 20
"""Most bytes per batch, which bounds the memory of its events; a single frame may be larger."""

TICK_SECONDS = 1.0

LOCK_TIMEOUT_SECONDS = 1.0
"""How long an answer waits for the model; after that it contains only the status."""

HUNG_SECONDS = 10.0
"""The decoder hangs if it holds the model and uses no CPU for this long."""


class Watch:
    """Follows one source; any thread may call `answer` and `report`."""

    def __init__(self, source: Source, clock: Clock = SYSTEM_CLOCK) -> None:
        self.failure = ""
        self.stopping = threading.Event()
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()  # guards engine, viewers and health
        self._engine = Engine(source, clock)
        self._viewers = Viewers(self._engine.state)
        self._health = Health(time.monotonic())
        self._threads = [
            threading.Thread(target=self._guarded, args=(loop,), name=loop.__name__.strip("_"), daemon=True)
            for loop in (self._read, self._decode)
        ]
        self._decoder_activity = ThreadActivity(self._threads[1])

    def start(self) -> None:
        """Start both threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop both threads and close the source."""
        self.stopping.set()
        self._source.close()
        for thread in self._threads:
            thread.join(1.0)

    def fail(self, why: str) -> None:
        """Stop because of a failure, described in one line; the first one is kept."""
        self.failure = self.failure or why
        self.stopping.set()

    def answer(self, question: Question) -> Answer:
        """Return the answer to a viewer's question.

        If the model is busy for longer than LOCK_TIMEOUT_SECONDS, it contains only the status.
        """
        if not self._lock.acquire(timeout=LOCK_TIMEOUT_SECONDS):
            return self._busy_answer(question)
        try:
            self._decoder_activity.reset()
            status = self._with_health(self._engine.current_status())
            revision = self._engine.revision
            return self._viewers.answer(question, status, revision, status.time, time.monotonic())
        finally:
            self._lock.release()

    def process(self, batch: Batch) -> None:
        """Decode a batch and apply its events; called by the decoder thread only, if that is started."""
        decoded = self._engine.decode(batch)
        with self._lock:
            if decoded.events:
                self._viewers.before_change()
            self._engine.apply(decoded)

    def tick(self) -> None:
        """Do what is due once per second; called by the thread that calls `process`."""
        with self._lock:
            self._engine.tick()
            self._health.sample(time.monotonic(), self._source.counters.frames)
            self._viewers.forget_silent(time.monotonic())  # this clock stops while the machine is suspended

    def _busy_answer(self, question: Question) -> Answer:
        if self._decoder_activity.idle_seconds(time.monotonic()) > HUNG_SECONDS:
            self.fail("decoding hangs")
        status = self._with_health(self._engine.status.current_while_busy(self._clock.wall()))
        paused_since = self._viewers.paused_since(question.viewer)
        return Answer(
            question.known, status, paused_since, None, None, None, None, refusal_reason(question.at)
        )

    def report(self, form: str, viewer: ViewerHealth | None, width: int) -> tuple[Status, str]:
        """Return the status, and the state as `form` ("json", "text" or "tabs"); "" before the first report.

        `viewer` is the resource usage of the viewer; lines of text have at most `width` cells.
        """
        with self._lock:
            status = self._with_health(self._engine.current_status())
            if status.report_age_seconds is None:
                return status, ""
            write = prepare_full_report(
                self._engine.state, self._engine.findings, status, status.time, form, viewer, width
            )
        return status, write()

    def _guarded(self, loop: Callable[[], None]) -> None:
        try:
            loop()
        except Exception as error:
            crash = report_crash(error, "collector")
            self.fail(f"{threading.current_thread().name} failed: {crash}")

    def _with_health(self, status: Status) -> Status:
        """Return the status with the resource usage of this process."""
        health = self._health
        return status._replace(
            events_per_second=health.events_per_second,
            collector_cpu_percent=health.cpu_percent,
            collector_rss_bytes=health.rss_bytes,
            collector=os.getpid(),
        )

    def _read(self) -> None:
        self._source.fetch(self.stopping)

    def _decode(self) -> None:
        due = time.monotonic()
        ticks = Deadlines(due, TICK_SECONDS)
        while not self.stopping.is_set():
            batch = self._source.take(
                CHUNK_FRAMES, min(max(due - time.monotonic(), 0.0), TICK_SECONDS / 2), CHUNK_BYTES
            )
            if batch is not None:
                self.process(batch)
            if time.monotonic() >= due:
                self.tick()
                due = ticks.next(time.monotonic())
