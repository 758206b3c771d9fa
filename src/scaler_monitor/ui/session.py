"""The questions of this viewer, and the distribution of the answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Protocol

from scaler_monitor.protocol.page import HELD, NOW, Answer, Moment, Question
from scaler_monitor.ui.body import Body
from scaler_monitor.ui.status import StatusLine


class Collector(Protocol):
    """The interface of the polling for the session."""

    def poll_now(self) -> None:
        """Ask the next question at once."""

    def request_all(self) -> None:
        """Make the next question request all data."""


class ViewerSession:
    """Creates the questions for the visible pane, paused or not; `clock` returns unix seconds."""

    def __init__(
        self, body: Body, status: StatusLine, collector: Collector, clock: Callable[[], float]
    ) -> None:
        self.viewer = uuid.uuid4().hex
        """Unique id of this viewer at its collector."""
        self.clock = clock
        self.paused = False
        self.paused_since: float | None = None
        """The shown time in unix seconds while paused, if the collector has sent it; else None."""
        self._body = body
        self._status = status
        self._collector = collector

    @property
    def at(self) -> Moment:
        """The time that the visible data describe."""
        return HELD if self.paused else NOW

    def question(self) -> Question:
        """Return the question for all visible data."""
        pane = self._body.asking
        wants = None if pane is None else pane.wants()
        if wants is None:
            return Question(self.viewer, at=self.at, overview=False)
        return Question(
            self.viewer,
            at=self.at,
            overview=wants.overview,
            tables=wants.tables,
            figures=wants.figures,
            facts_kind=wants.facts_kind,
            facts_id=wants.facts_id,
        )

    def show(self, question: Question, answer: Answer) -> None:
        """Show an answer in the status line and, if it is for the visible pane, in the pane."""
        self.update_clock()
        self._status.lost = ""
        self._status.status = answer.status
        is_shown = False
        if question.at == self.at:
            self.paused_since = answer.paused_since
            self._status.paused_since = (answer.paused_since or self._status.now) if self.paused else None
            is_shown = self._body.show(question, answer)
        if not is_shown:
            self._collector.request_all()
            self._collector.poll_now()
        elif answer.tables is not None and question != self.question():
            self._collector.request_all()  # a part of the answer may have had no widget to show it

    def show_lost(self, reason: str) -> None:
        """Show that the collector does not answer."""
        self.update_clock()
        self._status.lost = reason

    def update_clock(self) -> None:
        """Update the ages in the status line."""
        self._status.now = self.clock()

    def command_pause(self) -> None:
        """Pause or resume the display."""
        self.paused = not self.paused
        self.paused_since = None
        self.update_clock()
        self._status.paused_since = self._status.now if self.paused else None
        self._collector.poll_now()
