"""Short messages to the user, shown in place of the keys for a few seconds."""

from __future__ import annotations

import time

from scaler_monitor.ui.footer import KeyLine

NOTICE_SECONDS = 5.0


class Notices:
    """Shows one message at a time in the last line; a message before the first screen is shown on it."""

    def __init__(self, line: KeyLine) -> None:
        self._line = line
        self._waiting = ""
        self._shown_until = 0.0  # monotonic seconds; 0 while nothing is shown

    def show(self, text: str) -> None:
        """Show a message, for `NOTICE_SECONDS` or until the next one."""
        if not self._line.is_attached:
            self._waiting = text
            return
        self._line.notice = text
        self._shown_until = time.monotonic() + NOTICE_SECONDS

    def show_waiting(self) -> None:
        """Show the message that was given before the first screen."""
        if self._waiting:
            self.show(self._waiting)

    def expire(self) -> None:
        """Show the keys again if the time of the message is over."""
        if self._shown_until and time.monotonic() >= self._shown_until:
            self._shown_until, self._line.notice = 0.0, ""
