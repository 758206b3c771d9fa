"""The app on a real pty: exit, output, and suspension."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from tests.terminal import Terminal
from textual.strip import Strip

from scaler_monitor.ui.job_control import _soon
from scaler_monitor.ui.keyboard.modes import REPORT_NOTHING, REPORTING, RESTORE
from scaler_monitor.ui.narrow_update import NarrowUpdate, join_spans
from scaler_monitor.ui.terminal import honour_no_color

OURS = re.compile(rb"\x1b(\[[0-9;?<>=$]*[a-zA-Z]|\[[?0-9]*\$p|[=>78]|\]22;[a-z]*\x07)")
"""The sequences that Textual sends: CSI, and OSC 22 for the pointer's shape."""
SYNCHRONIZED, WRAPPED = 2026, 7
"""Modes that last for one picture, or that were on before."""


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    running = Terminal([sys.executable, "-m", "tests.ui.on_terminal"], 160, 50)
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.process.wait(10)


def test_hostile_names_reach_the_terminal_as_text_only(terminal: Terminal) -> None:
    shown = terminal.wait_for("Total", "evil")
    assert "[red]x[/]" in shown
    terminal.send("q")
    assert terminal.process.wait(10) == 0
    sent = bytes(terminal.received)
    rest = OURS.sub(b"", sent)
    assert b"\x1b" not in rest
    assert b"\x07" not in rest
    text = rest.decode()
    assert not [c for c in text if 0x80 <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E or ord(c) == 0x7F]


def test_ctrl_c_quits_and_restores_the_terminal(terminal: Terminal) -> None:
    terminal.wait_for("Total")
    terminal.send("\x03")
    assert terminal.process.wait(10) == 0
    limit = time.monotonic() + 5
    while b"\x1b[?1049l" not in terminal.received and time.monotonic() < limit:
        time.sleep(0.02)
    assert b"\x1b[?1049l" in terminal.received
    assert terminal.received.rindex(b"\x1b[?25h") > terminal.received.index(b"\x1b[?25l")


def test_every_terminal_mode_that_is_set_is_reset(terminal: Terminal) -> None:
    """Also those that depend on the terminal's answer; main screen and cursor are restored last."""
    terminal.wait_for("Total")
    terminal.send("\x1b[?2048;2$y")
    limit = time.monotonic() + 10
    while b"\x1b[?2048h" not in terminal.received and time.monotonic() < limit:
        time.sleep(0.02)
    terminal.send("q")
    assert terminal.process.wait(10) == 0
    seen = bytes(terminal.received)
    reports = {int(mode) for mode in re.findall(rb"\x1b\[\?(\d+)h", seen)} - {SYNCHRONIZED, WRAPPED, 1049, 25}
    assert {1000, 1003, 1006, 2004, 2048} <= reports <= REPORTING.keys()
    for ending in (REPORT_NOTHING, RESTORE):
        assert {int(mode) for mode in re.findall(r"\[\?(\d+)l", ending)} >= reports
    assert REPORT_NOTHING.encode() in seen
    assert re.search(rb"\x1b\[>\d+u", seen)
    assert "\x1b[<u" in RESTORE
    assert RESTORE.endswith("\x1b[?1049l\x1b[?25h")


def test_an_empty_no_color_is_ignored() -> None:
    environment = {"NO_COLOR": ""}
    assert not honour_no_color(environment)
    assert environment == {}
    environment = {"NO_COLOR": "1"}
    assert honour_no_color(environment)
    assert environment == {"NO_COLOR": "1"}


def test_short_gaps_are_sent_and_not_skipped() -> None:
    assert join_spans([(1, 0, 4), (1, 10, 12), (1, 60, 62), (2, 3, 4)]) == [
        (1, 0, 12),
        (1, 60, 62),
        (2, 3, 4),
    ]


def test_a_narrow_update_sends_only_the_changed_cells() -> None:
    line = Strip([Segment("abcdef", Style()), Segment("ghijkl", Style())])
    chops = [{0: line, 12: Strip([Segment("." * 22 + "yz")])}]
    update = NarrowUpdate(chops, [(0, 4, 8), (0, 34, 36)], [[12, 36]])
    plain = re.sub(r"\x1b\[[0-9;]*m", "", update.render_segments(Console(color_system="truecolor")))
    assert plain == "\x1b[1;5Hefgh\x1b[1;35Hyz"


def test_a_signal_before_the_event_loop_is_handled() -> None:
    """A signal can arrive at any bytecode of start and exit."""
    _soon(lambda: None)
