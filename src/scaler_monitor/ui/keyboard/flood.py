"""How much of what a terminal sends is let through to an app that does not keep up.

What is typed faster than it is handled would be acted on long after; so the rest of a flood is left out.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message

MAX_WAITING, MOST_WAITING = 2000, 4000
"""Messages on their way to the app. Beyond the first, keys are left out, up to a pause of `QUIET_SECONDS`,
and the mouse; beyond the second, resizes too."""
QUIET_SECONDS = 0.5


class Flood:
    """Counts what is on its way. `queued` is how many messages the app has not taken, `tell` warns."""

    def __init__(self, queued: Callable[[], int], tell: Callable[[], object]) -> None:
        self.sent = 0  # counted by the thread that reads
        self._arrived = 0  # counted by the app's
        self._queued = queued
        self._tell = tell
        self._since: float | None = None

    def admits(self, message: Message, now: float) -> bool:
        """Whether to send a message to the app; if so it counts as sent."""
        is_typed = isinstance(message, events.Key | events.Paste)
        if is_typed and self._since is not None:
            return False
        if is_typed and self._waiting >= MAX_WAITING:
            self._since = now
            self._tell()
            return False
        if self._waiting >= (MAX_WAITING if isinstance(message, events.MouseEvent) else MOST_WAITING):
            return False
        self.sent += 1
        return True

    def arrive(self, sent: int) -> None:
        """Note that the app's queue has got so many."""
        self._arrived = sent

    def goes_on(self, now: float) -> bool:
        """Whether what was just read belongs to what is left out."""
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
