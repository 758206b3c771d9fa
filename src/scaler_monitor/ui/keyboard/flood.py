"""A limit on the input that waits for the app.

Input that comes faster than it is handled would take effect long after; so the rest of such a flood is
dropped.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message

MAX_WAITING, MOST_WAITING = 2000, 4000
"""Messages that wait for the app. Above the first limit, keys (up to a pause of `QUIET_SECONDS`) and
mouse events are dropped; above the second one also resizes."""
QUIET_SECONDS = 0.5


class Flood:
    """Counts waiting messages. `queued` returns the length of the app's queue, `warn` reports a drop."""

    def __init__(self, queued: Callable[[], int], warn: Callable[[], object]) -> None:
        self.sent = 0  # counted by the thread that reads
        self._arrived = 0  # counted by the app's
        self._queued = queued
        self._warn = warn
        self._since: float | None = None

    def admits(self, message: Message, now: float) -> bool:
        """Whether to send a message to the app; if so it counts as sent."""
        is_typed = isinstance(message, events.Key | events.Paste)
        if is_typed and self._since is not None:
            return False
        if is_typed and self._waiting >= MAX_WAITING:
            self._since = now
            self._warn()
            return False
        if self._waiting >= (MAX_WAITING if isinstance(message, events.MouseEvent) else MOST_WAITING):
            return False
        self.sent += 1
        return True

    def arrive(self, sent: int) -> None:
        """Note that so many of the sent messages are in the app's queue."""
        self._arrived = sent

    def goes_on(self, now: float) -> bool:
        """Whether input that was just read belongs to a flood that is being dropped."""
        if self._since is None:
            return False
        if now - self._since > QUIET_SECONDS and not self._waiting:
            self._since = None
            return False
        self._since = now
        return True

    @property
    def _waiting(self) -> int:
        """Messages that the app has not handled yet."""
        return self.sent - self._arrived + self._queued()
