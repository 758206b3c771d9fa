"""The interface of a link, independent of where the collector runs, and its messages."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from scaler_monitor.protocol.page import Answer, Question, Status, ViewerHealth


class CollectorGone(Exception):
    """The collector does not answer; the message tells the reason."""


class Link(Protocol):
    """The connection of one viewer to a collector. One question at a time."""

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        """Return the collector's answer; raises CollectorGone if none arrives within `timeout` seconds."""

    async def restart(self) -> None:
        """Start or attach to another collector after CollectorGone; raises CollectorGone if that fails."""

    async def close(self) -> None:
        """Close the link; a collector that belongs to this viewer exits."""


class ReportQuestion(NamedTuple):
    """Requests the complete state, for a command without a screen.

    `form` is "json", "text", or "tabs" (text with the tables of the tabs). `viewer` is the resource usage of
    the viewer. Lines of text have at most `width` cells.
    """

    form: str
    viewer: ViewerHealth | None = None
    width: int = 160


class Report(NamedTuple):
    """The status, and the state in the requested form; "" before the first report of the scheduler."""

    status: Status
    text: str
