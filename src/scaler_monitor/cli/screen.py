"""Watching on a screen: the app on a link, and what ends it when its terminal has gone or a signal comes."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scaler_monitor.cli.failures import FAILED, end_with_a_line, hand_failures_to
from scaler_monitor.cli.streams import screen_stream, write_some
from scaler_monitor.cli.surroundings import leave_to_libraries
from scaler_monitor.link.process import ProcessLink
from scaler_monitor.system.crashes import WRITING_SECONDS, report_crash
from scaler_monitor.system.garbage import loading
from scaler_monitor.system.logs import finish_log, logger
from scaler_monitor.ui.foreground import in_background
from scaler_monitor.ui.keyboard.modes import RESTORE

if TYPE_CHECKING:
    from scaler_monitor.ui.app import MonitorApp

LEAVE_SECONDS = 2.0
"""How long a signal lets the app leave in order; a terminal that nobody reads would hold it for ever."""

RESTORE_SECONDS = 0.2

YOUNG_OBJECTS = 2_000
"""Allocations between two searches for garbage among those that are new."""

_log = logger(__name__)


class ScreenFailed(Exception):
    """No screen, or none any more; the message is one line, `code` the exit code."""

    def __init__(self, problem: str, code: int = 1) -> None:
        super().__init__(problem)
        self.code = code


def run_screen(name: str, command: str, options: argparse.Namespace, link: ProcessLink) -> int:
    """Run the app until it ends; returns the exit code. Textual is imported only now."""
    leave_to_libraries(os.environ, options.color)
    with loading(YOUNG_OBJECTS):
        from scaler_monitor.ui.app import MonitorApp
        from scaler_monitor.ui.settings.store import SettingsStore
        from scaler_monitor.ui.themes import theme_names

    if options.theme and options.theme not in theme_names():
        raise ScreenFailed(f"--theme {options.theme}: one of {', '.join(theme_names())}", 2)
    store = SettingsStore(
        flags={
            "theme": options.theme,
            "glyphs": "ascii" if options.ascii else None,
            "escape_milliseconds": options.escape_delay,
        }
    )
    app = MonitorApp(
        link,
        start="tabs" if command == "gui" else "top",
        address=options.address,
        glyphs=store.settings.glyphs,
    )
    app.apply_settings(store)
    _log.info("settings of %s: %s", store.path, store.settings)
    for problem in store.problems:
        _log.warning("settings: %s", problem)
    if store.problems:
        app.say(store.problems[0])
    _draw_patiently()
    modes = termios.tcgetattr(sys.stdin.fileno())
    _leave_on_signals(lambda code: app.exit(None, code), modes)
    _leave_on_failures(name, app, modes)
    threading.Thread(target=_leave_with_terminal, name="terminal", daemon=True).start()
    try:
        app.run(mouse=not options.no_mouse)
    except Exception:
        _put_right(modes)
        raise
    if app.failure is not None:
        raise ScreenFailed(report_crash(app.failure, name))
    return int(app.return_code or 0)


def _draw_patiently() -> None:
    """Textual draws where `sys.__stderr__` goes: with `2>FILE` that must be the terminal all the same."""
    sys.__stderr__ = screen_stream(2 if os.isatty(2) else sys.stdout.fileno())  # type: ignore[misc]


def _leave_on_signals(leave: Callable[[int], object], modes: list[Any]) -> None:
    """Let a signal end the app in order, and the process in any case a little later."""

    def end(number: int, _frame: object) -> None:
        code = 128 + number
        if in_background(sys.stdin.fileno()):
            _end_at_once(code, "ended by a signal in the background")  # the terminal is another's
        _leave_later(code, modes)
        try:
            asyncio.get_running_loop().call_soon_threadsafe(leave, code)
        except RuntimeError:
            raise SystemExit(code) from None

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def _leave_on_failures(name: str, app: MonitorApp, modes: list[Any]) -> None:
    """Let what fails beside the app end it, and the process in any case a little later."""
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries log is not for the screen

    def fail(error: Exception) -> None:
        _leave_later(FAILED, modes, lambda: end_with_a_line(name)(error))
        app.call_later(app.fail, error)

    hand_failures_to(fail)


def _leave_later(code: int, modes: list[Any], last_words: Callable[[], object] = lambda: None) -> None:
    """End the process after `LEAVE_SECONDS`, should it not have ended by then."""
    last = threading.Timer(LEAVE_SECONDS, _leave_at_once, (code, modes, last_words))
    last.daemon = True
    last.start()


def _leave_at_once(code: int, modes: list[Any], last_words: Callable[[], object]) -> None:
    """Put the terminal right as far as it takes anything, and end; the collector follows."""
    if not in_background(sys.stdin.fileno()):
        _put_right(modes)
    said = threading.Thread(target=last_words, daemon=True)
    said.start()
    said.join(WRITING_SECONDS + RESTORE_SECONDS)
    _end_at_once(code, "it did not leave in order")


def _put_right(modes: list[Any]) -> None:
    with contextlib.suppress(termios.error):
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)
    assert sys.__stderr__ is not None  # where is drawn; standard input may be open for reading only
    written = threading.Thread(
        target=write_some, args=(sys.__stderr__.fileno(), RESTORE.encode()), daemon=True
    )
    written.start()
    written.join(RESTORE_SECONDS)


def _leave_with_terminal() -> None:
    """End the process when the terminal hangs up: the input thread would spin on its end for ever."""
    watched = select.poll()
    watched.register(sys.stdin.fileno(), 0)  # hang-up and error are always told
    while True:
        if any(told & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, told in watched.poll()):
            _end_at_once(129, "the terminal hung up")  # as after SIGHUP


def _end_at_once(code: int, why: str) -> None:
    """End the process; the collector follows, by the end of its pipe."""
    _log.warning("%s: exit code %d", why, code)
    finish_log()
    os._exit(code)
