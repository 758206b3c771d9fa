"""Runs the app on a screen, and terminates it on a signal, a failure, or a hangup of the terminal."""

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

from scaler_monitor.cli.failures import FAILED, exit_with_error, set_failure_handler
from scaler_monitor.cli.screen_environment import prepare_environment
from scaler_monitor.cli.streams import screen_stream, write_some
from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.system.crashes import WRITING_SECONDS, report_crash
from scaler_monitor.system.garbage import loading
from scaler_monitor.system.logs import finish_log, logger
from scaler_monitor.ui.foreground import in_background
from scaler_monitor.ui.keyboard.modes import RESTORE

if TYPE_CHECKING:
    from scaler_monitor.ui.app import MonitorApp

EXIT_TIMEOUT_SECONDS = 2.0
"""How long the app may take to exit after a signal; a terminal that does not read would block it for ever."""

RESTORE_SECONDS = 0.2

YOUNG_OBJECTS = 2_000
"""Allocations between two searches for garbage among those that are new."""

_log = logger(__name__)


class ScreenFailed(Exception):
    """The screen cannot be shown or has failed; the message is one line, `code` the exit code."""

    def __init__(self, problem: str, code: int = 1) -> None:
        super().__init__(problem)
        self.code = code


def run_screen(name: str, command: str, options: argparse.Namespace, link: ProcessLink) -> int:
    """Run the app until it exits; return the exit code. Textual is imported only here."""
    prepare_environment(os.environ, options.color)
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
        app.notices.show(store.problems[0])
    _use_blocking_terminal()
    modes = termios.tcgetattr(sys.stdin.fileno())
    _exit_on_signals(lambda code: app.exit(None, code), modes)
    _exit_on_failures(name, app, modes)
    threading.Thread(target=_exit_on_hangup, name="terminal", daemon=True).start()
    try:
        app.run(mouse=not options.no_mouse)
    except Exception:
        _restore_terminal(modes)
        raise
    if app.failure is not None:
        raise ScreenFailed(report_crash(app.failure, name))
    return int(app.return_code or 0)


def _use_blocking_terminal() -> None:
    """Replace `sys.__stderr__`, where Textual draws, by a blocking stream to the terminal."""
    sys.__stderr__ = screen_stream(2 if os.isatty(2) else sys.stdout.fileno())  # type: ignore[misc]


def _exit_on_signals(leave: Callable[[int], object], modes: list[Any]) -> None:
    """On a signal, exit the app; terminate the process if that takes over EXIT_TIMEOUT_SECONDS."""

    def end(number: int, _frame: object) -> None:
        code = 128 + number
        if in_background(sys.stdin.fileno()):
            _terminate(code, "ended by a signal in the background")  # the terminal belongs to another process
        _exit_later(code, modes)
        try:
            asyncio.get_running_loop().call_soon_threadsafe(leave, code)
        except RuntimeError:
            raise SystemExit(code) from None

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def _exit_on_failures(name: str, app: MonitorApp, modes: list[Any]) -> None:
    """On a failure outside the app, exit it; terminate the process if that takes too long."""
    logging.getLogger().addHandler(logging.NullHandler())  # keeps log records of libraries off the screen

    def fail(error: Exception) -> None:
        _exit_later(FAILED, modes, lambda: exit_with_error(name)(error))
        app.call_later(app.fail, error)

    set_failure_handler(fail)


def _exit_later(code: int, modes: list[Any], report: Callable[[], object] = lambda: None) -> None:
    """Terminate the process after EXIT_TIMEOUT_SECONDS if it has not exited by then."""
    last = threading.Timer(EXIT_TIMEOUT_SECONDS, _exit_now, (code, modes, report))
    last.daemon = True
    last.start()


def _exit_now(code: int, modes: list[Any], report: Callable[[], object]) -> None:
    """Restore the terminal if it accepts output, run `report`, and terminate the process."""
    if not in_background(sys.stdin.fileno()):
        _restore_terminal(modes)
    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    reporter.join(WRITING_SECONDS + RESTORE_SECONDS)
    _terminate(code, "it did not leave in order")


def _restore_terminal(modes: list[Any]) -> None:
    with contextlib.suppress(termios.error):
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)
    assert sys.__stderr__ is not None  # the drawing stream; standard input may be read-only
    written = threading.Thread(
        target=write_some, args=(sys.__stderr__.fileno(), RESTORE.encode()), daemon=True
    )
    written.start()
    written.join(RESTORE_SECONDS)


def _exit_on_hangup() -> None:
    """Terminate the process if the terminal hangs up.

    Otherwise the input thread would spin at end of file.
    """
    watched = select.poll()
    watched.register(sys.stdin.fileno(), 0)  # hangup and error are always reported
    while True:
        if any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in watched.poll()):
            _terminate(129, "the terminal hung up")  # as after SIGHUP


def _terminate(code: int, why: str) -> None:
    """Terminate the process; the collector exits when its pipe is closed."""
    _log.warning("%s: exit code %d", why, code)
    finish_log()
    os._exit(code)
