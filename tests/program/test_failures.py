"""Whatever fails, in whatever thread: the terminal is restored, one line reports it, exit code 1.

The line names the file that holds the traceback.
"""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.watched import COMMANDS, Watch

pytestmark = pytest.mark.peer

NOBODY = "tcp://127.0.0.1:1"

BEGIN = """
import asyncio, sys, threading
from scaler_monitor.cli.main import top
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.collector_polling import CollectorPolling
from scaler_monitor.ui.keyboard.reading import Reader
from scaler_monitor.ui.session import ViewerSession
from textual.drivers._writer_thread import WriterThread

def fail(*args):
    raise ZeroDivisionError("over \\x1b[31m zero")

async def fail_later(*args):
    fail()

class Falling:
    def __del__(self):
        fail()

def tick(do):
    MonitorApp._tick = lambda self: do()
"""
END = "\nsys.exit(top())\n"
PLACES = {
    "an action of the app": "ViewerSession.command_pause = fail",
    "a timer": "tick(fail)",
    "the polling": "CollectorPolling.run = fail_later",
    "the input thread": "Reader.feed = fail",
    "the output thread": "run = WriterThread.run; WriterThread.run = lambda self: fail()",
    "a thread": "tick(lambda: threading.Thread(target=fail).start())",
    "a task": "tick(lambda: asyncio.ensure_future(fail_later()) and None)",
    "a callback": "tick(lambda: asyncio.get_running_loop().call_soon(fail))",
    "a destructor": "tick(lambda: Falling() and None)",
}


def assert_traceback_kept(said: str, process: str) -> None:
    path = Path(said.rpartition("its traceback is in ")[2].strip())
    assert path.parent == Path(os.environ["XDG_STATE_HOME"]) / "scaler-monitor" / "crashes"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = path.read_text()
    assert f"process: {process}\n" in told
    assert "Traceback (most recent call last):" in told
    assert "in fail\n" in told
    assert len(list(path.parent.iterdir())) == 1


@pytest.mark.parametrize("place", PLACES)
def test_on_a_screen(watch: Watch, place: str) -> None:
    watched = watch(sys.executable, "-c", BEGIN + PLACES[place] + END, NOBODY)
    if place != "the output thread":
        watched.terminal.wait_for(NOBODY)
    watched.terminal.send(" ")
    assert watched.terminal.wait_exit() == 1
    if place == "the output thread":  # it never took the terminal
        assert watched.terminal.modes() == watched.modes_before
    else:
        watched.assert_restored()
    after = bytes(watched.terminal.received).rpartition(b"\x1b[?1049l")[2].decode()
    assert "ZeroDivisionError: over" in after
    assert "Traceback" not in watched.terminal.text
    assert "\x1b[31m" not in after
    assert len(after.splitlines()) == 1
    assert_traceback_kept(after, "scaler_top")
    watched.assert_nothing_left()


@pytest.mark.parametrize("place", ["a thread", "a destructor", "the command"])
def test_without_a_screen(place: str) -> None:
    code = {
        "a thread": "real = cli.parse_address\n"
        "cli.parse_address = lambda text: (threading.Thread(target=fail).start(), real(text))[1]",
        "a destructor": "real = cli.parse_address\ncli.parse_address = lambda text: Falling() and real(text)",
        "the command": "cli.parse_address = fail",
    }[place]
    begin = BEGIN + "import scaler_monitor.wire.address as cli\n"
    told = subprocess.run(
        [sys.executable, "-c", begin + code + END, NOBODY, "--once", "--timeout", "5"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert told.returncode == 1
    assert told.stdout == ""
    assert len(told.stderr.splitlines()) == 1
    assert told.stderr.startswith("scaler_top: ZeroDivisionError: over")
    assert_traceback_kept(told.stderr, "scaler_top")


FAILING_COLLECTOR = """
import sys
def fail(*args):
    raise ZeroDivisionError("over zero")
if "scaler_monitor.collector" in " ".join(sys.orig_argv):
"""


@pytest.mark.parametrize(
    "fails",
    [
        "from scaler_monitor.model.cluster_model import ClusterModel; ClusterModel.tick = fail",
        "from scaler_monitor.wire.scheduler_feed import SchedulerFeed; SchedulerFeed.read = fail",
        "from scaler_monitor.collector.serving import Server; Server._answer = fail",
        "from scaler_monitor.collector.serving import Server; Server.__init__ = fail",
    ],
    ids=["decoder", "reader", "link", "main"],
)
def test_in_the_collector(fails: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"{FAILING_COLLECTOR}    {fails}\n")
    with simulator(5, 1, 5) as stream:
        told = subprocess.run(
            [COMMANDS / "scaler_top", stream.address, "--once", "--after", "30"],
            capture_output=True,
            text=True,
            timeout=100,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )
    assert (told.returncode, told.stdout) == (1, "")
    assert len(told.stderr.splitlines()) == 1
    assert "the collector ended with exit code 1: " in told.stderr
    assert "ZeroDivisionError: over zero" in told.stderr
    assert_traceback_kept(told.stderr, "collector")
