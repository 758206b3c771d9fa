"""A slow remote terminal: input sent before the program's exit arrives there must not reach the shell."""

import fcntl
import re
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from bench.stream import Simulator, simulator
from tests.distant import DistantTerminal
from tests.watched import SHELL, SHELL_PROMPT, Watch, until
from textual.events import Key

from scaler_monitor.ui.keyboard import driver

pytestmark = pytest.mark.peer

REPORT = re.compile(r"\d+;\d+M")


@pytest.fixture(scope="module")
def stream() -> Iterator[Simulator]:
    with simulator(60, 1, 20) as running:
        yield running


@pytest.mark.parametrize(
    ("key", "after", "delay", "speaks_kitty"),
    [("q", "", 0.1, True), ("q", "", 0.5, False), ("\x1a", "Stopped", 0.25, False)],
    ids=["quit near", "quit far", "stop"],
)
def test_delayed_mouse_reports_do_not_reach_the_shell(
    watch: Watch, stream: Simulator, key: str, after: str, delay: float, speaks_kitty: bool
) -> None:
    watched = watch(*SHELL, terminal_class=DistantTerminal, delay=delay, speaks_kitty=speaks_kitty)
    terminal = watched.terminal
    terminal.wait_for(SHELL_PROMPT)
    terminal.send(f"scaler_top {stream.address}\n")
    terminal.wait_for("LIVE", "Worker|")
    viewer = watched.viewer
    assert isinstance(terminal, DistantTerminal)
    terminal.mouse_moves = True
    until(lambda: terminal.reports > 20)
    terminal.send(key)
    until(lambda: after or not viewer.is_running())
    terminal.wait_for(*([after] if after else []), SHELL_PROMPT)
    time.sleep(3 * delay)  # time for delayed input
    terminal.send("echo a$((40+2))b\n")
    terminal.wait_for("a42b")
    assert not REPORT.search(terminal.text.split("scaler_top")[-1])


@pytest.mark.parametrize(("return_code", "pushed"), [(None, b"ls"), (0, b"ls"), (1, b""), (143, b"")])
def test_input_after_the_exit_reaches_the_shell_only_after_a_quit_key(
    monkeypatch: pytest.MonkeyPatch, return_code: int | None, pushed: bytes
) -> None:
    """After a signal or failure, input is discarded: it was meant for this program."""

    class Bare:
        fileno = 0

        def __init__(self) -> None:
            self._app = SimpleNamespace(return_code=return_code)

        def stop_application_mode(self) -> None: ...

    given: list[bytes] = []
    monkeypatch.setattr(fcntl, "ioctl", lambda fileno, request, byte: given.append(byte))
    bare: Any = Bare  # the parts of a driver that the exit needs
    make: Any = driver.reading_driver(bare)
    leaving = make()
    for letter in "ls":
        leaving._terminal_exit.keep_for_shell(Key(letter, letter))
    leaving.stop_application_mode()
    assert b"".join(given) == pushed
