"""One connection that a scheduler has greeted, whichever wire it speaks."""

from __future__ import annotations

from typing import Protocol

from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.problem import ConnectionProblem
from scaler_monitor.wire.waiting import Pollable


class EndedWithoutReason(ConnectionProblem):
    """The connection is over, and what is below it does not tell why."""


class Arrivals:
    """What one conversation has brought since it was asked last."""

    __slots__ = ("bytes_received", "oversized")

    def __init__(self) -> None:
        self.bytes_received = 0
        self.oversized = 0  # frames over the limit, passed over

    def take(self) -> tuple[int, int]:
        """Return bytes received and oversized frames, and begin anew."""
        taken = self.bytes_received, self.oversized
        self.bytes_received = self.oversized = 0
        return taken


class Conversation(Protocol):
    """A connection from its greeting to its end."""

    wire: Wire
    ymq_version: int | None
    arrivals: Arrivals
    ahead: int  # bytes that came along with the greeting, of messages behind it

    @property
    def pollables(self) -> tuple[Pollable, ...]:
        """What to wait for before the next `read`."""

    def read(self, frames: list[bytes]) -> bool:
        """Append the frames that have come; return False when nothing had.

        Raises `ConnectionProblem` or `OSError` when the conversation is over, after all it has brought.
        """

    def close(self) -> None:
        """Close the connection."""
