"""Textual's driver with our reading of the terminal, and with a leave that takes along what is under way.

Mouse reports that the terminal sent before it heard that none are wanted would come to the shell. So on
leaving it is asked what it is, and all that comes before its answer is read: only what comes after is for
the shell.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import termios
import threading
import time
from collections.abc import Iterator
from typing import Any

from textual import events
from textual.driver import Driver
from textual.message import Message

from scaler_monitor.ui.foreground import in_background
from scaler_monitor.ui.keyboard.cutting import has_ctrl_c
from scaler_monitor.ui.keyboard.reading import Reader

LOOK_SECONDS = 0.1
"""How often the reading thread looks whether it should end."""
READ_BYTES = 4096
MAX_WAITING, MOST_WAITING = 2000, 4000
"""Messages on their way to the app. Beyond the first, keys are left out, up to a pause of `QUIET_SECONDS`,
and the mouse; beyond the second, resizes too."""
QUIET_SECONDS = 0.5

ASK_KEYBOARD, ASK_ATTRIBUTES = "\x1b[?u", "\x1b[c"
REPORT_NOTHING = (
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1016l\x1b[?1006l\x1b[?1004l\x1b[?2048l\x1b[?2004l\x1b[=0u"
)
"""Ends reports of mouse, focus and size, marks around pastes, and kitty's form of keys."""

FIRST_ANSWER_SECONDS = 1.5
"""A terminal that has not answered by then answers nothing, and is not waited for on leaving."""
LEAVE_TRIPS, LEAST_LEAVE_SECONDS, MOST_LEAVE_SECONDS = 3.0, 1.0, 3.0
"""How long the last answer is waited for: so many times what the first took, within these limits."""
UNASKED_LEAVE_SECONDS = 0.3
"""The same where a signal or a failure ends the program."""


def reading_driver(driver: type[Driver]) -> type[Driver]:
    """The driver class, that of a Unix terminal, with our reading; its app is a `Monitor`."""

    class ReadingDriver(driver):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._asked = 0
            self._asked_first = self._first_took = 0.0
            self._has_left, self._is_leaving = True, False
            self._all_answered = threading.Event()
            self._typed_on = ""
            self._sent = self._arrived = 0  # each counted by one thread
            self._flooded_at: float | None = None

        def start_application_mode(self) -> None:
            """Take the terminal; from here on it must be left."""
            self._asked, self._asked_first, self._first_took = 1, time.monotonic(), 0.0
            self._has_left = False
            super().start_application_mode()

        # In the reading thread

        def run_input_thread(self) -> None:
            """Read until it is time to leave; a failure ends the app as any other does."""
            try:
                self._read_on(Reader(self._app.escape_seconds))
            except Exception as error:
                self._app.call_later(self._app.fail, error)

        def _read_on(self, reader: Reader) -> None:
            self.write(ASK_KEYBOARD + ASK_ATTRIBUTES)
            while not self.exit_event.is_set():
                patience = reader.cutter.patience(time.monotonic())
                wait = LOOK_SECONDS if patience is None else min(patience, LOOK_SECONDS)
                if not select.select([self.fileno], [], [], wait)[0]:
                    self._take(reader.tick(time.monotonic()))
                elif in_background(self.fileno) or not self._read(reader):  # what is there is not for us
                    self.exit_event.wait(LOOK_SECONDS)

        def _read(self, reader: Reader) -> bool:
            """Read what there is; False where nothing more is to be read."""
            if self._is_leaving and self._all_answered.is_set():
                return False
            try:
                data = os.read(self.fileno, 1 if self._is_leaving else READ_BYTES)
            except OSError:
                return False
            now = time.monotonic()
            if self._is_still_flooded(now):
                if has_ctrl_c(data):
                    self.process_message(events.Key("ctrl+c", None))
                reader.cutter.forget()  # nothing of it may come with the next key
                return bool(data)
            self._take(reader.feed(data, now))
            if reader.answers and not self._first_took:
                self._first_took = time.monotonic() - self._asked_first
            if self._is_leaving and reader.answers >= self._asked:
                self._all_answered.set()
            return bool(data)

        def _take(self, messages: Iterator[Message]) -> None:
            before, flooded = self._sent, False
            for message in messages:
                is_typed = isinstance(message, (events.Key, events.Paste))
                if self._is_leaving:
                    self._keep_for_shell(message)
                elif is_typed and flooded:
                    continue
                elif self._waiting >= MAX_WAITING and is_typed:
                    flooded, self._flooded_at = True, time.monotonic()
                    self._app.call_later(self._app.say, "too much was typed at once: the rest is left out")
                elif self._waiting < (
                    MAX_WAITING if isinstance(message, events.MouseEvent) else MOST_WAITING
                ):
                    self._sent += 1
                    self.process_message(message)
            if self._sent > before:
                self._loop.call_soon_threadsafe(self._arrive, self._sent)

        @property
        def _waiting(self) -> int:
            """Messages that the app has not handled yet."""
            return int(self._sent - self._arrived + self._app.message_queue_size)

        def _arrive(self, sent: int) -> None:
            self._arrived = sent

        def _is_still_flooded(self, now: float) -> bool:
            """Whether what was just read belongs to what is left out."""
            if self._flooded_at is None or self._is_leaving:
                return False
            if now - self._flooded_at > QUIET_SECONDS and not self._waiting:
                self._flooded_at = None
                return False
            self._flooded_at = now
            return True

        def _keep_for_shell(self, message: Message) -> None:
            character = message.character if isinstance(message, events.Key) else None
            if character is not None and (character.isprintable() or character == "\r"):
                self._typed_on = (self._typed_on + character)[:READ_BYTES]

        # On leaving

        def disable_input(self) -> None:
            """Let the terminal fall silent, then read no more."""
            if self._has_left:
                return
            self._has_left = True
            signal.signal(signal.SIGWINCH, signal.SIG_DFL)
            self._all_answered.clear()
            self._asked += 1
            self._is_leaving = True  # from here on the last answer counts
            self.write(REPORT_NOTHING + ASK_ATTRIBUTES)
            thread = self._key_thread
            is_silent = thread.is_alive() and self._all_answered.wait(self._patience_on_leaving())
            self.exit_event.set()
            thread.join()
            self.exit_event.clear()
            self._is_leaving = False
            if not is_silent:
                with contextlib.suppress(termios.error):
                    termios.tcflush(self.fileno, termios.TCIFLUSH)

        def stop_application_mode(self) -> None:
            """Leave the terminal as it was, and to the shell what was typed on for it."""
            super().stop_application_mode()
            typed_on, self._typed_on = self._typed_on, ""
            if self._app.return_code:
                return  # a signal or a failure came while it was meant for us
            with contextlib.suppress(OSError):  # not every kernel lets a program do so
                for byte in typed_on.encode():
                    fcntl.ioctl(self.fileno, termios.TIOCSTI, bytes([byte]))

        def _patience_on_leaving(self) -> float:
            if self._first_took:
                longest = min(max(LEAVE_TRIPS * self._first_took, LEAST_LEAVE_SECONDS), MOST_LEAVE_SECONDS)
            else:
                longest = max(self._asked_first + FIRST_ANSWER_SECONDS - time.monotonic(), 0.0)
            return min(longest, UNASKED_LEAVE_SECONDS) if self._app.return_code else longest

    ReadingDriver.__name__ = driver.__name__
    return ReadingDriver
