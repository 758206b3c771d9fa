"""However a viewer ends, none of our processes, folders or sockets remains."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.offspring import Offspring
from tests.terminal import Terminal
from tests.watched import COMMANDS, until

pytestmark = pytest.mark.peer

ENDINGS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGKILL": -9}
every_ending = pytest.mark.parametrize("ending", ENDINGS)


@pytest.fixture
def offspring() -> Iterator[Offspring]:
    """Marks the processes that the test starts, and kills the remaining ones."""
    marked = Offspring()
    yield marked
    marked.kill()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder for temporary folders, with a path short enough for sockets in them."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="s") as folder:
        yield Path(folder)


def environment_of(offspring: Offspring, folder: Path) -> dict[str, str]:
    return {**offspring.environment, "TMPDIR": str(folder)}


def assert_nothing_left(offspring: Offspring, folder: Path) -> None:
    until(lambda: not offspring.living())
    until(lambda: not list(folder.iterdir()))


@every_ending
def test_a_batch(ending: str, reporting: str, offspring: Offspring, short_path: Path) -> None:
    viewer = start_batch(["scaler_top", reporting], offspring, short_path)
    until(lambda: len(offspring.living()) == 2)
    assert list(short_path.glob("scaler-monitor-*/*/collector"))
    viewer.send_signal(getattr(signal, ending))
    assert viewer.wait(60) == ENDINGS[ending]
    assert_nothing_left(offspring, short_path)


@every_ending
def test_a_screen(ending: str, reporting: str, offspring: Offspring, short_path: Path) -> None:
    command = [str(COMMANDS / "scaler_top"), reporting]
    with Terminal(command, env=environment_of(offspring, short_path)) as terminal:
        terminal.wait_for("LIVE", "Worker|")
        until(lambda: len(offspring.living()) == 2)
        if ending == "SIGINT":
            terminal.send("\x03")
            assert terminal.wait_exit() in (0, 130)
        else:
            terminal.process.send_signal(getattr(signal, ending))
            assert terminal.wait_exit() == ENDINGS[ending]
        assert_nothing_left(offspring, short_path)


@pytest.mark.parametrize("ending", ["SIGTERM", "SIGKILL"])
def test_a_demo(ending: str, scaler_python: Path, offspring: Offspring, short_path: Path) -> None:
    viewer = start_batch(["scaler-monitor", "demo"], offspring, short_path)
    assert viewer.stdout is not None
    while not json.loads(viewer.stdout.readline())["tasks"]["states"]["success"]:
        pass  # wait until the first task is done
    assert len(offspring.living()) > 8  # viewer, collector, guardians, scheduler, storage, managers, workers
    viewer.send_signal(getattr(signal, ending))
    assert viewer.wait(60) == ENDINGS[ending]
    assert_nothing_left(offspring, short_path)


def start_batch(command: list[str], offspring: Offspring, folder: Path) -> subprocess.Popen[str]:
    """Start a command that prints continuously; return when it has printed once."""
    viewer = subprocess.Popen(
        [str(COMMANDS / command[0]), *command[1:], "--batch", "--format", "json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment_of(offspring, folder),
    )
    assert viewer.stdout is not None
    assert viewer.stdout.readline().startswith("{")
    return viewer
