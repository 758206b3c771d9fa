"""A screen in the background stops until `fg`, and does not touch the terminal meanwhile."""

from __future__ import annotations

import signal
import sys
import termios
import time
from collections.abc import Iterator

import psutil
import pytest
from bench.stream import simulator
from tests.watched import SHELL, SHELL_PROMPT, Watch, Watched, lives, until

STOPPED = psutil.STATUS_STOPPED


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with simulator(20, 1, 20) as stream:
        yield stream.address


@pytest.fixture
def shell(watch: Watch) -> Watched:
    """A shell with job control."""
    watched = watch(*SHELL)
    watched.terminal.wait_for(SHELL_PROMPT)
    return watched


def type_line(watched: Watched, line: str) -> None:
    watched.terminal.send(f"{line}\n")


def assert_shell_has_terminal(watched: Watched, mark: int) -> None:
    """Check that input goes to the shell, and its output is visible."""
    type_line(watched, f"echo a$((1000+{mark}))b")
    watched.terminal.wait_for(f"a{1000 + mark}b")


def assert_quits(watched: Watched, viewer: psutil.Process, mark: int, key: str = "q") -> None:
    """Check that the screen accepts keys, and restores the echo of the terminal when it quits."""
    terminal = watched.terminal
    terminal.wait_for("LIVE", "cpu▼", "? help")
    terminal.send("l")
    terminal.wait_for("lag▼")
    terminal.send(key)
    until(lambda: not viewer.is_running())
    type_line(watched, f"echo code$?. a$((2000+{mark}))b; sleep 1000")
    terminal.wait_for("code0.", f"a{2000 + mark}b")
    assert terminal.modes()[3] & termios.ECHO
    assert terminal.modes()[3] & termios.ICANON
    terminal.send("\x03")


def bring_forward(watched: Watched) -> None:
    """Run `fg` and wait for the new screen: the old content is still visible, and keys would be flushed."""
    taken = watched.terminal.received.count(b"\x1b[?1049h")
    type_line(watched, "fg")
    until(lambda: watched.terminal.received.count(b"\x1b[?1049h") > taken)


def assert_killed(watched: Watched, viewer: psutil.Process) -> None:
    """Check that the shell's `kill`, which also continues a stopped job, terminates it normally."""
    type_line(watched, "kill %1")
    until(lambda: not lives(viewer))
    told = time.monotonic()
    while "Exit 143" not in watched.terminal.text:  # the shell prints it with the next prompt
        assert time.monotonic() < told + 100
        type_line(watched, "")
        time.sleep(0.2)


def started_behind(watched: Watched, address: str) -> psutil.Process:
    """Return a screen that was started with `&`, after it has stopped."""
    type_line(watched, f"scaler_top {address} &")
    viewer = watched.viewer
    until(lambda: viewer.name() != "bash" and viewer.status() == STOPPED)
    return viewer


@pytest.mark.parametrize("key", ["q", "\x03"], ids=["q", "ctrl+c"])
def test_started_in_the_background_and_moved_to_the_foreground(
    shell: Watched, address: str, key: str
) -> None:
    viewer = started_behind(shell, address)
    assert_shell_has_terminal(shell, 1)
    assert b"\x1b[?1049h" not in shell.terminal.received
    type_line(shell, "bg")
    assert_shell_has_terminal(shell, 2)
    until(lambda: viewer.status() == STOPPED)
    bring_forward(shell)
    assert_quits(shell, viewer, 3, key)
    assert "Error" not in shell.terminal.text


def test_started_in_the_background_and_killed(shell: Watched, address: str) -> None:
    viewer = started_behind(shell, address)
    assert_killed(shell, viewer)
    assert b"\x1b[?1049h" not in shell.terminal.received
    assert not list(shell.folder.iterdir())


@pytest.mark.parametrize("stop", ["ctrl+z", "from outside"])
def test_moved_to_the_background_and_back(shell: Watched, address: str, stop: str) -> None:
    type_line(shell, f"scaler_top {address}")
    shell.terminal.wait_for("LIVE", "Worker|")
    viewer, collector = shell.viewer, shell.collector
    if stop == "ctrl+z":
        shell.terminal.send("\x1a")
    else:
        viewer.send_signal(signal.SIGSTOP)
    until(lambda: viewer.status() == STOPPED)
    assert_shell_has_terminal(shell, 1)
    for mark in (2, 3):
        type_line(shell, "bg")
        assert_shell_has_terminal(shell, mark)
        until(lambda: viewer.status() == STOPPED)
    assert collector.status() != STOPPED
    bring_forward(shell)
    assert_quits(shell, viewer, 4)


def test_moved_to_the_background_and_killed(shell: Watched, address: str) -> None:
    type_line(shell, f"scaler_top {address}")
    shell.terminal.wait_for("LIVE", "Worker|")
    viewer, collector = shell.viewer, shell.collector
    shell.terminal.send("\x1a")
    shell.terminal.wait_for("Stopped")
    drawn = shell.terminal.received.count(b"\x1b[?1049h")
    assert_killed(shell, viewer)
    shell.assert_nothing_left(viewer, collector)
    assert shell.terminal.received.count(b"\x1b[?1049h") == drawn


def test_nohup_has_no_terminal(shell: Watched, address: str) -> None:
    type_line(shell, f"cd $TMPDIR; nohup scaler_top {address}; echo code$?.; cat nohup.out")
    shell.terminal.wait_for("code2.", "so no screen")


ORPHANED = """
import os, sys, time
if os.fork() == 0:
    middle = os.getpid()
    if os.fork() == 0:
        os.setpgid(0, 0)
        while os.getppid() == middle:
            time.sleep(0.01)
        os.execvp("sh", ["sh", "-c", 'scaler_top "$0"; echo code$?.', sys.argv[1]])
    os._exit(0)
os.wait()
time.sleep(1000)
"""


def test_in_the_background_without_a_shell(watch: Watch, address: str) -> None:
    watched = watch(sys.executable, "-c", ORPHANED, address)
    watched.terminal.wait_for("in the background, and no shell waits", "code2.")
