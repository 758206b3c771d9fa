"""Textual's driver with our own reading of the terminal and an exit that reads pending replies."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import time
from collections.abc import Iterator
from typing import Any

from textual import events
from textual.driver import Driver
from textual.message import Message

from scaler_monitor.ui.foreground import in_background
from scaler_monitor.ui.keyboard.flood import Flood
from scaler_monitor.ui.keyboard.input_splitter import has_ctrl_c
from scaler_monitor.ui.keyboard.reading import Reader
from scaler_monitor.ui.keyboard.terminal_exit import ASK_ATTRIBUTES, TerminalExit

LOOK_SECONDS = 0.1
"""How often the reading thread checks whether it should end."""
READ_BYTES = 4096

ASK_KEYBOARD = "\x1b[?u"


def reading_driver(driver: type[Driver]) -> type[Driver]:
    """Return a subclass of a Unix terminal driver with our own reading; its app must be a `MonitorApp`."""

    class ReadingDriver(driver):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._has_left = True
            self._terminal_exit = TerminalExit()
            self._flood = Flood(lambda: self._app.message_queue_size, self._warn_of_flood)

        def start_application_mode(self) -> None:
            """Take over the terminal; from here on it must be restored."""
            self._terminal_exit.take()
            self._has_left = False
            super().start_application_mode()

        # In the reading thread

        def run_input_thread(self) -> None:
            """Read until the driver stops; an error ends the app."""
            try:
                self._read_on(Reader(self._app.settings.escape_seconds))
            except Exception as error:
                self._app.call_later(self._app.fail, error)

        def _read_on(self, reader: Reader) -> None:
            self.write(ASK_KEYBOARD + ASK_ATTRIBUTES)
            while not self.exit_event.is_set():
                seconds_left = reader.splitter.seconds_left(time.monotonic())
                wait = LOOK_SECONDS if seconds_left is None else min(seconds_left, LOOK_SECONDS)
                if not select.select([self.fileno], [], [], wait)[0]:
                    self._take(reader.tick(time.monotonic()))
                elif in_background(self.fileno) or not self._read(reader):  # the input is for another job
                    self.exit_event.wait(LOOK_SECONDS)

        def _read(self, reader: Reader) -> bool:
            """Read what is there; returns False if there is nothing more to read."""
            if self._terminal_exit.is_over:
                return False
            try:
                data = os.read(self.fileno, 1 if self._terminal_exit.is_under_way else READ_BYTES)
            except OSError:
                return False
            now = time.monotonic()
            if not self._terminal_exit.is_under_way and self._flood.goes_on(now):
                if has_ctrl_c(data):
                    self.process_message(events.Key("ctrl+c", None))
                reader.splitter.forget()  # a part of it must not become a part of the next key
                return bool(data)
            self._take(reader.feed(data, now))
            self._terminal_exit.note(reader.answers)
            return bool(data)

        def _take(self, messages: Iterator[Message]) -> None:
            before = self._flood.sent
            for message in messages:
                if self._terminal_exit.is_under_way:
                    self._terminal_exit.keep_for_shell(message)
                elif self._flood.admits(message, time.monotonic()):
                    self.process_message(message)
            if self._flood.sent > before:
                self._loop.call_soon_threadsafe(self._flood.arrive, self._flood.sent)

        def _warn_of_flood(self) -> None:
            self._app.call_later(self._app.notices.show, "too much was typed at once: the rest is left out")

        # At the end

        def disable_input(self) -> None:
            """Switch off all reports of the terminal, read those under way, then stop reading."""
            if self._has_left:
                return
            self._has_left = True
            signal.signal(signal.SIGWINCH, signal.SIG_DFL)
            self._terminal_exit.begin(self.write)
            thread = self._key_thread
            is_silent = thread.is_alive() and self._terminal_exit.wait(bool(self._app.return_code))
            self.exit_event.set()
            thread.join()
            self.exit_event.clear()
            self._terminal_exit.is_under_way = False
            if not is_silent:
                with contextlib.suppress(termios.error):
                    termios.tcflush(self.fileno, termios.TCIFLUSH)

        def stop_application_mode(self) -> None:
            """Restore the terminal, and pass on to the shell what was typed while the program ended."""
            super().stop_application_mode()
            self._terminal_exit.type_on(self.fileno, bool(self._app.return_code))

    ReadingDriver.__name__ = driver.__name__
    return ReadingDriver
