"""The whole program on a real terminal, and what must be true once it has gone."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from tests.terminal import Terminal

COMMANDS = Path(sys.executable).parent
SHELL = ("bash", "--norc", "--noprofile", "-i")
SHELL_PROMPT = "the-shell$ "

SWITCHED_BACK = {1049: "l", 25: "h", 1000: "l", 1003: "l", 1006: "l", 2004: "l", 1004: "l"}
"""By private mode: how a terminal must be left (alternate screen, cursor, mouse, paste, focus)."""


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait for a condition; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


class Watched:
    """A program on a terminal, its processes, and the folder where its own temporary ones lie."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self.terminal = terminal
        self.folder = folder
        self.modes_before = terminal.modes()

    @property
    def viewer(self) -> psutil.Process:
        """The program; below a shell, what runs in it."""
        root = psutil.Process(self.terminal.process.pid)
        return root if root.name() != "bash" else _first_child(root)

    @property
    def collector(self) -> psutil.Process:
        """The viewer's collector."""
        return _first_child(self.viewer)

    def fill_terminal(self) -> None:
        """Read no more, and let the program draw until the terminal takes nothing."""
        self.terminal.block()
        waiting, unmoved = -1, 0
        while unmoved < 5:
            self.terminal.send("?\x1b")
            time.sleep(0.1)
            before, waiting = waiting, self.terminal.unread()
            unmoved = unmoved + 1 if waiting == before else 0
        for _ in range(40):  # what Textual queues behind the terminal
            self.terminal.send("?\x1b")

    def assert_restored(self) -> None:
        """The terminal is as it was before the program came."""
        written = bytes(self.terminal.received)
        for mode, wanted in SWITCHED_BACK.items():
            on, off = written.rfind(b"\x1b[?%dh" % mode), written.rfind(b"\x1b[?%dl" % mode)
            assert max(on, off) >= 0, f"mode {mode} was never told"
            assert ("h" if on > off else "l") == wanted, f"mode {mode} is left {'on' if on > off else 'off'}"
        modes = self.terminal.modes()
        assert modes[3] & termios.ECHO
        assert modes == self.modes_before

    def assert_nothing_left(self, *processes: psutil.Process, seconds: float = 120.0) -> None:
        """None of `processes` remains, nor a folder of theirs."""
        until(lambda: not any(lives(process) for process in processes), seconds)
        until(lambda: not list(self.folder.iterdir()), seconds)


def _first_child(parent: psutil.Process) -> psutil.Process:
    """The first child, once there is one: it may go between two looks."""
    found: list[psutil.Process] = []

    def looked() -> bool:
        found.extend(parent.children())
        return bool(found)

    until(looked)
    return found[0]


def lives(process: psutil.Process) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wake_and_end(terminal: Terminal) -> None:
    """End what hears no SIGTERM: whatever is stopped, and an interactive shell with all that runs in it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(terminal.process.pid)
        family = [*root.children(recursive=True), root]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                if root.name() == "bash" or process.status() == psutil.STATUS_STOPPED:
                    process.kill()


Watch = Callable[..., Watched]
"""What the fixture `watch` is for a test."""


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Start a command on a terminal: `watch("scaler_top", ADDRESS, columns=80, lines=24, env={...})`."""
    with ExitStack() as open_ones:

        def start(
            *command: str,
            columns: int = 120,
            lines: int = 40,
            env: dict[str, str] | None = None,
            term: str = "",
            terminal_class: type[Terminal] = Terminal,
            **more: object,
        ) -> Watched:
            folder = Path(open_ones.enter_context(tempfile.TemporaryDirectory(prefix="program-", dir="/tmp")))
            first = str(COMMANDS / command[0]) if command[0].startswith("scaler") else command[0]
            terminal = terminal_class(
                [first, *command[1:]],
                columns,
                lines,
                {
                    "TMPDIR": str(folder),
                    "PS1": SHELL_PROMPT,
                    "PATH": f"{COMMANDS}:/usr/bin:/bin",
                    **(env or {}),
                },
                term or "xterm-256color",
                **more,
            )
            open_ones.enter_context(terminal)
            open_ones.callback(_wake_and_end, terminal)
            return Watched(terminal, folder)

        yield start
