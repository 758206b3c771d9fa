"""What a viewer holds of a collector, be that a process, a far host or the same program, and what it asks."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from scaler_monitor.protocol.page import Answer, Question, Status, ViewerHealth


class CollectorGone(Exception):
    """The collector does not answer any more; the message says what is known of why."""


class Link(Protocol):
    """One viewer's way to a collector. One question is under way at a time."""

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        """Return the collector's answer; raises CollectorGone when none comes within `timeout` seconds."""

    async def restart(self) -> None:
        """Start or attach to another collector after CollectorGone; raises CollectorGone if that fails."""

    async def close(self) -> None:
        """Let the collector go; one that belongs to this viewer ends."""


class ReportQuestion(NamedTuple):
    """Asks for the whole state in one piece, as a command without a screen does, once or at intervals.

    `form` is "json", "text", or "tabs", which is text with the tables of the tabs. `viewer` is what the
    one who asks costs itself. Lines of text have at most `width` cells.
    """

    form: str
    viewer: ViewerHealth | None = None
    width: int = 160


class Report(NamedTuple):
    """How the feed fares, and the state as it was asked for; "" before the scheduler's first report."""

    status: Status
    text: str
