"""A terminal in an unusual state: wrong or unknown size, non-blocking, variables of Textual set."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.watched import Watch, Watched, until

KEYS_LINE = "? help"
NOT_BLOCKING = "import os, sys; os.set_blocking(0, False); os.execvp(sys.argv[1], sys.argv[1:])"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with simulator(60, 1, 20) as stream:
        yield stream.address


def last_line_is_of_keys(watched: Watched, lines: int) -> bool:
    shown = watched.terminal.text.splitlines()
    return len(shown) == lines and KEYS_LINE in shown[-1]


def draw_until_it_is_full(watched: Watched) -> None:
    """Stop reading and force redraws until the terminal accepts no more output."""
    watched.terminal.block()
    waiting, unmoved, turn = -1, 0, 0
    while unmoved < 10:
        turn += 1
        watched.terminal.resize(120, 38 + turn % 2)
        time.sleep(0.1)
        before, waiting = waiting, watched.terminal.unread()
        unmoved = unmoved + 1 if waiting == before else 0


def test_exported_columns_and_lines_are_ignored(watch: Watch, address: str) -> None:
    watched = watch("scaler_top", address, columns=100, lines=30, env={"COLUMNS": "60", "LINES": "20"})
    watched.terminal.wait_for("LIVE", "Worker|")
    until(lambda: last_line_is_of_keys(watched, 30))
    assert "malformed" in watched.terminal.text.splitlines()[0][80:]
    watched.terminal.resize(120, 40)
    until(lambda: last_line_is_of_keys(watched, 40))
    watched.terminal.send("q")
    assert watched.terminal.wait_exit() == 0


def test_a_terminal_without_a_size_gets_the_default_one(watch: Watch, address: str) -> None:
    words = f"stty cols 0 rows 0; exec scaler_top {address}"
    watched = watch("sh", "-c", words, columns=120, lines=40)
    watched.terminal.wait_for("LIVE", "Worker|")
    until(lambda: KEYS_LINE in watched.terminal.text.splitlines()[23])
    assert not any(line[80:].strip() for line in watched.terminal.text.splitlines())
    watched.terminal.send("q")
    assert watched.terminal.wait_exit() == 0


def test_a_non_blocking_terminal(watch: Watch, address: str) -> None:
    watched = watch(sys.executable, "-c", NOT_BLOCKING, "scaler_top", address)
    terminal = watched.terminal
    terminal.wait_for("LIVE", "Worker|")
    draw_until_it_is_full(watched)
    terminal.unblock()
    terminal.resize(120, 40)
    until(lambda: last_line_is_of_keys(watched, 40))
    terminal.send("l")
    terminal.wait_for("LIVE", "lag▼")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    watched.assert_restored()


def test_a_non_blocking_terminal_that_accepts_no_output_can_be_quit(watch: Watch, address: str) -> None:
    watched = watch(sys.executable, "-c", NOT_BLOCKING, "scaler_top", address)
    watched.terminal.wait_for("LIVE", "Worker|")
    processes = watched.viewer, watched.collector
    watched.fill_terminal()
    watched.viewer.send_signal(signal.SIGTERM)
    watched.terminal.wait_exit()
    watched.assert_nothing_left(*processes)


def test_variables_for_textual_developers_have_no_effect(watch: Watch, address: str, tmp_path: Path) -> None:
    strange = {
        "TEXTUAL": "devtools,debug,headless",
        "TEXTUAL_COLOR_SYSTEM": "plaid",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_DRIVER": "nowhere:Nothing",
        "TEXTUAL_LOG": str(tmp_path / "log"),
        "TEXTUAL_PRESS": "q",
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_THEME": "nord",
        "TTY_COMPATIBLE": "0",
    }
    watched = watch("scaler_top", address, env=strange)
    watched.terminal.wait_for("LIVE", "Worker|")
    watched.terminal.send("l")
    watched.terminal.wait_for("lag▼")
    watched.terminal.send("q")
    assert watched.terminal.wait_exit() == 0
    watched.assert_restored()
    afterwards = bytes(watched.terminal.received).rsplit(b"\x1b[?1049l", 1)[1]
    assert re.sub(rb"\x1b\[[^a-zA-Z]*[a-zA-Z]", b"", afterwards) == b""
    assert list(tmp_path.iterdir()) == []
