"""However the program exits, the terminal is restored, and no process or folder remains."""

import signal
import sys
from pathlib import Path

import psutil
import pytest
from tests.watched import SHELL, SHELL_PROMPT, Watch, Watched, until

pytestmark = pytest.mark.peer

DEV = Path(__file__).parents[2] / "dev.py"


@pytest.fixture
def live(watch: Watch, reporting: str) -> Watched:
    watched = watch("scaler_top", reporting)
    watched.terminal.wait_for("LIVE", "Worker|")
    return watched


def test_redirected_stderr_keeps_the_screen_on_the_terminal(
    watch: Watch, reporting: str, tmp_path: Path
) -> None:
    errors = tmp_path / "errors"
    watched = watch("sh", "-c", f"exec scaler_top {reporting} 2> {errors}")
    watched.terminal.wait_for("LIVE", "Worker|")
    watched.terminal.send("q")
    assert watched.terminal.wait_exit() == 0
    watched.assert_restored()
    assert errors.read_text() == ""


def test_ctrl_c_quits(live: Watched) -> None:
    processes = live.viewer, live.collector
    live.terminal.send("\x03")
    assert live.terminal.wait_exit() == 0
    live.assert_restored()
    live.assert_nothing_left(*processes)


@pytest.mark.parametrize(("number", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_signal_gives_the_exit_code_of_a_shell(live: Watched, number: str, code: int) -> None:
    processes = live.viewer, live.collector
    live.viewer.send_signal(getattr(signal, number))
    assert live.terminal.wait_exit() == code
    live.assert_restored()
    live.assert_nothing_left(*processes)
    assert "Traceback" not in live.terminal.text


@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_ends_it_even_if_the_terminal_is_not_read(live: Watched, number: str) -> None:
    processes = live.viewer, live.collector
    live.fill_terminal()
    live.viewer.send_signal(getattr(signal, number))
    live.terminal.wait_exit()
    live.assert_nothing_left(*processes)


def test_a_closed_terminal_ends_it(live: Watched) -> None:
    processes = live.viewer, live.collector
    live.terminal.hang_up()
    live.assert_nothing_left(*processes)


def test_a_closed_terminal_ends_it_even_if_sighup_is_ignored(watch: Watch, reporting: str) -> None:
    watched = watch("sh", "-c", f"trap '' HUP; exec scaler_top {reporting}")
    watched.terminal.wait_for("LIVE", "Worker|")
    processes = watched.viewer, watched.collector
    watched.terminal.hang_up()
    watched.assert_nothing_left(*processes)


def test_stopped_and_continued_from_outside(live: Watched) -> None:
    viewer, collector = live.viewer, live.collector
    viewer.send_signal(signal.SIGSTOP)
    until(lambda: viewer.status() == psutil.STATUS_STOPPED)
    viewer.send_signal(signal.SIGCONT)
    live.terminal.send("l")
    live.terminal.wait_for("LIVE", "lag▼")
    live.terminal.send("l")
    live.terminal.wait_for("lag▲")
    live.terminal.send("q")
    assert live.terminal.wait_exit() == 0
    live.assert_restored()
    live.assert_nothing_left(viewer, collector)


def test_ctrl_z_and_fg(watch: Watch, reporting: str) -> None:
    watched = watch(*SHELL)
    terminal = watched.terminal
    terminal.wait_for(SHELL_PROMPT)
    terminal.send(f"scaler_top {reporting}\n")
    terminal.wait_for("LIVE", "Worker|")
    viewer, collector = watched.viewer, watched.collector
    terminal.send("\x1a")
    terminal.wait_for("Stopped")
    assert viewer.status() == psutil.STATUS_STOPPED
    assert collector.status() != psutil.STATUS_STOPPED
    terminal.send("echo a$((40+2))b\n")
    terminal.wait_for("a42b")
    terminal.send("fg\n")
    terminal.wait_for("LIVE", "cpu▼", "? help")
    terminal.send("l")
    terminal.wait_for("lag▼")
    terminal.send("q")
    until(lambda: not viewer.is_running())
    terminal.send("echo code $?.\n")
    terminal.wait_for("code 0.")
    watched.assert_nothing_left(viewer, collector)
    terminal.send("exit\n")
    terminal.wait_exit()


def test_ctrl_z_and_fg_in_the_projects_demo(watch: Watch) -> None:
    watched = watch(*SHELL)
    terminal = watched.terminal
    terminal.wait_for(SHELL_PROMPT)
    terminal.send(f"{sys.executable} {DEV} demo\n")
    terminal.wait_for("LIVE", "Worker|")
    viewer = watched.viewer
    terminal.send("\x1a")
    terminal.wait_for("Stopped")
    terminal.send("echo a$((40+2))b\n")
    terminal.wait_for("a42b")
    terminal.send("fg\n")
    terminal.wait_for("LIVE", "cpu▼", "? help")
    terminal.send("q")
    until(lambda: not viewer.is_running())
    terminal.send("echo code $?.\n")
    terminal.wait_for("code 0.")
    terminal.send("exit\n")
    terminal.wait_exit()
    until(lambda: not list(watched.folder.iterdir()))


def test_ctrl_z_without_a_shell_does_not_hang(live: Watched) -> None:
    live.terminal.send("\x1a")
    live.terminal.wait_for("no shell")
    live.terminal.send("l")
    live.terminal.wait_for("LIVE", "lag▼")
