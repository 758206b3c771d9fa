"""How a terminal is left with nothing of ours under way to the shell.

Mouse reports that it sent before it heard that none are wanted would come to the shell. So on leaving it is
asked what it is, and all that comes before its answer is read: only what comes after is for the shell. Keys
among it were typed for the shell, too, and are given on.
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
"""A terminal that has not answered by then answers nothing, and is not waited for on leaving."""
LEAVE_TRIPS, LEAST_LEAVE_SECONDS, MOST_LEAVE_SECONDS = 3.0, 1.0, 3.0
"""How long the last answer is waited for: so many times what the first took, within these limits."""
UNASKED_LEAVE_SECONDS = 0.3
"""The same where a signal or a failure ends the program."""
MOST_TYPED_ON = 4096


class TerminalExit:
    """What is asked of a terminal from when it is taken, and what it answers, until it is left."""

    def __init__(self) -> None:
        self.is_under_way = False
        self._asked = 0
        self._asked_first = self._first_took = 0.0
        self._all_answered = threading.Event()
        self._typed_on = ""

    def take(self) -> None:
        """Begin anew: the terminal is taken, and will be asked for the first time."""
        self._asked, self._asked_first, self._first_took = 1, time.monotonic(), 0.0

    # In the reading thread

    @property
    def is_over(self) -> bool:
        """Whether all that comes from here on is for the shell."""
        return self.is_under_way and self._all_answered.is_set()

    def note(self, answers: int) -> None:
        """Take in how often the terminal has answered."""
        if answers and not self._first_took:
            self._first_took = time.monotonic() - self._asked_first
        if self.is_under_way and answers >= self._asked:
            self._all_answered.set()

    def keep_for_shell(self, message: Message) -> None:
        """Take in what came after leaving began."""
        character = message.character if isinstance(message, events.Key) else None
        if character is not None and (character.isprintable() or character == "\r"):
            self._typed_on = (self._typed_on + character)[:MOST_TYPED_ON]

    # In the app's

    def begin(self, write: Callable[[str], object]) -> None:
        """Ask the terminal to fall silent, and what it is: the answer to that is its last."""
        self._all_answered.clear()
        self._asked += 1
        self.is_under_way = True  # from here on the last answer counts
        write(REPORT_NOTHING + ASK_ATTRIBUTES)

    def wait(self, is_unasked: bool) -> bool:
        """Wait until it is over, not for long; returns whether it is."""
        if self._first_took:
            longest = min(max(LEAVE_TRIPS * self._first_took, LEAST_LEAVE_SECONDS), MOST_LEAVE_SECONDS)
        else:
            longest = max(self._asked_first + FIRST_ANSWER_SECONDS - time.monotonic(), 0.0)
        return self._all_answered.wait(min(longest, UNASKED_LEAVE_SECONDS) if is_unasked else longest)

    def type_on(self, descriptor: int, is_unasked: bool) -> None:
        """Give what was typed for the shell to it, unless something else than the user ended the program."""
        typed_on, self._typed_on = self._typed_on, ""
        if is_unasked:
            return  # it was typed for us
        with contextlib.suppress(OSError):  # not every kernel lets a program do so
            for byte in typed_on.encode():
                fcntl.ioctl(descriptor, termios.TIOCSTI, bytes([byte]))
