"""More keys than the app can process: the rest is dropped and reported; Ctrl+C acts at once."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest
from tests.terminal import Terminal
from textual import events
from textual.geometry import Size

from scaler_monitor.ui.keyboard.flood import MAX_WAITING, MOST_WAITING, QUIET_SECONDS, Flood

KEY = events.Key("l", "l")
RESIZE = events.Resize(Size(80, 24), Size(80, 24))


class Slow:
    """An app that processes no input until `takes` is set."""

    def __init__(self) -> None:
        self.queued = self.warnings = 0
        self.flood = Flood(lambda: self.queued, self._warn)

    def _warn(self) -> None:
        self.warnings += 1

    def sends(self, message: events.Event, count: int, now: float = 0.0) -> int:
        return sum(self.flood.admits(message, now) for _ in range(count))

    def takes_all(self) -> None:
        self.flood.arrive(self.flood.sent)
        self.queued = 0


def mouse() -> events.MouseMove:
    return events.MouseMove(None, *(1, 1), *(0, 0), 0, *(False, False, False))


def test_keys_over_the_limit_are_dropped_and_reported_once() -> None:
    app = Slow()
    assert app.sends(KEY, MAX_WAITING + 500) == MAX_WAITING
    assert app.sends(events.Paste("more"), 1) == 0
    assert app.warnings == 1


def test_keys_in_the_apps_queue_count_too() -> None:
    app = Slow()
    app.queued = MAX_WAITING - 1
    assert app.sends(KEY, 10) == 1
    app.takes_all()
    app.flood.goes_on(QUIET_SECONDS + 1)
    assert app.sends(KEY, 10) == 10


def test_a_flood_ends_with_a_pause_in_which_the_app_catches_up() -> None:
    app = Slow()
    app.sends(KEY, MAX_WAITING + 1, now=10.0)
    assert app.flood.goes_on(10.0 + QUIET_SECONDS / 2)
    assert app.flood.goes_on(10.0 + QUIET_SECONDS * 1.4), "each part of it begins the pause anew"
    assert app.flood.goes_on(20.0), "the app still has much to do"
    app.takes_all()
    assert app.sends(KEY, 1, now=20.0) == 0
    assert app.flood.goes_on(20.0 + QUIET_SECONDS / 2)
    assert not app.flood.goes_on(30.0)
    assert app.sends(KEY, 1, now=30.0) == 1


def test_mouse_events_wait_behind_keys_and_a_resize_does_not() -> None:
    app = Slow()
    app.sends(KEY, MAX_WAITING)
    assert app.sends(mouse(), 1) == 0
    assert app.sends(RESIZE, MOST_WAITING) == MOST_WAITING - MAX_WAITING
    assert app.warnings == 0


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with Terminal([sys.executable, "-m", "tests.ui.on_terminal"], 120, 40) as running:
        yield running


def test_excess_keys_on_a_terminal_are_dropped(terminal: Terminal) -> None:
    terminal.wait_for("Total", "? help")
    terminal.send("l" * 60_000)
    terminal.wait_for("too much was typed at once: the rest is left out")
    begun = time.monotonic()
    terminal.send("l" * 60_000 + "\x03" + "l" * 10_000)
    assert terminal.process.wait(30) == 0
    assert time.monotonic() - begun < 15


def test_after_a_flood_keys_act_again(terminal: Terminal) -> None:
    terminal.wait_for("Total", "? help")
    terminal.send("l" * 20_000 + "\x1b[<0;10")
    terminal.wait_for("too much was typed at once")
    limit = time.monotonic() + 60
    while "all keys, on one page" not in terminal.text and time.monotonic() < limit:
        time.sleep(2 * QUIET_SECONDS)
        terminal.send("?")
    assert "all keys, on one page" in terminal.text
