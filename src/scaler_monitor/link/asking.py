"""What a viewer holds of a collector, whether that is a process, a far host or the same program."""

from __future__ import annotations

from typing import Protocol

from scaler_monitor.views.page import Answer, Question


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
