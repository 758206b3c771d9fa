"""Polling of the collector: one task that asks, waits, and asks again.

It knows no widget: `compose` returns the next question, `post` gets the messages with answers. By default it
asks once a second; `poll_now` asks at once, and a link that answers slowly is asked less often.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message

from scaler_monitor.link.interface import CollectorGone, Link
from scaler_monitor.protocol.page import Answer, Question

INTERVAL_SECONDS = 1.0
SLOW_LINK_FACTOR = 4.0
LONGEST_INTERVAL_SECONDS = 5.0
LONGEST_RESTART_PAUSE_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 0.1
"""First pause before the first report; short, so that the report is shown soon. Later ones are longer."""

UNKNOWN_VERSION = -1


@dataclass
class AnswerCame(Message):
    """An answer has arrived; `question` is the answered one, possibly not the newest."""

    question: Question
    answer: Answer


@dataclass
class CollectorLost(Message):
    """The collector does not answer; it is restarted until it does."""

    reason: str


class CollectorPolling:
    """Requests the visible data, until `run` is cancelled."""

    def __init__(
        self,
        link: Link,
        compose: Callable[[], Question],
        post: Callable[[Message], object],
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        self._link = link
        self._compose = compose
        self._post = post
        self._interval = interval
        self._wake = asyncio.Event()
        self._talking = asyncio.Lock()  # a link takes one question at a time
        self._question: Question | None = None  # the last one, answered or not
        self._asked: Question | None = None
        self._version = UNKNOWN_VERSION
        self._forgotten = False

    def poll_now(self) -> None:
        """Ask the next question at once, or when the pending answer has arrived."""
        self._wake.set()

    def poll_if_changed(self) -> None:
        """Like `poll_now`, unless the last question was the same as the next one."""
        if self._compose() != self._question:
            self.poll_now()

    def request_all(self) -> None:
        """Make the next question request all data, as the first one does, also if an answer is pending."""
        self._forgotten = True

    async def ask(self, question: Question) -> Answer:
        """Ask one question between those of `run`; raises CollectorGone."""
        async with self._talking:
            return await self._link.ask(question)

    async def run(self) -> None:
        """Ask until cancelled."""
        failures, first_pause = 0, min(FIRST_PAUSE_SECONDS, self._interval)
        while True:
            self._wake.clear()
            self._question = question = self._compose()
            is_held = question == self._asked and not self._forgotten
            known, self._forgotten = self._version if is_held else UNKNOWN_VERSION, False
            started = time.monotonic()
            try:
                answer = await self.ask(question._replace(known=known))
                failures = 0
            except CollectorGone as gone:
                self._asked = None
                self._post(CollectorLost(str(gone)))
                if failures:
                    await asyncio.sleep(min(0.25 * 2**failures, LONGEST_RESTART_PAUSE_SECONDS))
                failures += 1
                await self._restart()
                continue
            self._asked, self._version = question, answer.version
            self._post(AnswerCame(question, answer))
            took = time.monotonic() - started
            if answer.status.report_age_seconds is None:
                await self._pause(first_pause)
                first_pause = min(1.5 * first_pause, self._interval)
            else:
                pause = max(self._interval - took, SLOW_LINK_FACTOR * took)
                await self._pause(min(pause, LONGEST_INTERVAL_SECONDS))

    async def _restart(self) -> None:
        try:
            async with self._talking:  # a restart closes the connection, also that of a question in between
                await self._link.restart()
        except CollectorGone as gone:
            self._post(CollectorLost(str(gone)))

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except asyncio.TimeoutError:
            return
