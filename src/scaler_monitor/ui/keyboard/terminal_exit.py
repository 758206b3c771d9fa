"""Leaves the terminal and reads its pending reports, so that the shell does not get them.

Mouse reports that the terminal sent before it was told to stop would go to the shell. So at the end it is
asked for its attributes (DA1), and everything that comes before the reply is read: only what comes later is
for the shell. Keys among it were typed for the shell as well, and are passed on.
"""

from __future__ import annotations

import contextlib
import fcntl
import termios
import threading
import time
from collections.abc import Callable

from textual import events
from textual.message import Message

from scaler_monitor.ui.keyboard.modes import REPORT_NOTHING

ASK_ATTRIBUTES = "\x1b[c"

FIRST_ANSWER_SECONDS = 1.5
"""A terminal without a reply by then never replies, and is not waited for at the end."""
LEAVE_TRIPS, LEAST_LEAVE_SECONDS, MOST_LEAVE_SECONDS = 3.0, 1.0, 3.0
"""How long the last reply is waited for: this many times the first one's time, within these limits."""
UNASKED_LEAVE_SECONDS = 0.3
"""The same when a signal or an error ends the program."""
MOST_TYPED_ON = 4096


class TerminalExit:
    """Counts questions to a terminal and its replies, from the start of the program to its end."""

    def __init__(self) -> None:
        self.is_under_way = False
        self._asked = 0
        self._asked_first = self._first_took = 0.0
        self._all_answered = threading.Event()
        self._typed_on = ""

    def take(self) -> None:
        """Start counting: the program takes over the terminal and asks for the first time."""
        self._asked, self._asked_first, self._first_took = 1, time.monotonic(), 0.0

    # In the reading thread

    @property
    def is_over(self) -> bool:
        """Whether all further input is for the shell."""
        return self.is_under_way and self._all_answered.is_set()

    def note(self, answers: int) -> None:
        """Note how many replies the terminal has sent so far."""
        if answers and not self._first_took:
            self._first_took = time.monotonic() - self._asked_first
        if self.is_under_way and answers >= self._asked:
            self._all_answered.set()

    def keep_for_shell(self, message: Message) -> None:
        """Keep a key that was typed while the program ends."""
        character = message.character if isinstance(message, events.Key) else None
        if character is not None and (character.isprintable() or character == "\r"):
            self._typed_on = (self._typed_on + character)[:MOST_TYPED_ON]

    # In the app's

    def begin(self, write: Callable[[str], object]) -> None:
        """Switch off all reports, and ask for the last reply."""
        self._all_answered.clear()
        self._asked += 1
        self.is_under_way = True  # from here on the last reply counts
        write(REPORT_NOTHING + ASK_ATTRIBUTES)

    def wait(self, is_unasked: bool) -> bool:
        """Wait a limited time for the last reply; returns whether it has come."""
        if self._first_took:
            longest = min(max(LEAVE_TRIPS * self._first_took, LEAST_LEAVE_SECONDS), MOST_LEAVE_SECONDS)
        else:
            longest = max(self._asked_first + FIRST_ANSWER_SECONDS - time.monotonic(), 0.0)
        return self._all_answered.wait(min(longest, UNASKED_LEAVE_SECONDS) if is_unasked else longest)

    def type_on(self, descriptor: int, is_unasked: bool) -> None:
        """Pass on to the shell what was typed for it, but only if the user ended the program."""
        typed_on, self._typed_on = self._typed_on, ""
        if is_unasked:
            return  # it was typed for this program
        with contextlib.suppress(OSError):  # not every kernel allows that
            for byte in typed_on.encode():
                fcntl.ioctl(descriptor, termios.TIOCSTI, bytes([byte]))
