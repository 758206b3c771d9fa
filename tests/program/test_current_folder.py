"""The whole program, started in a folder with hostile modules, or in a deleted folder."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.hostile_folder import HostileFolder
from tests.watched import COMMANDS, Watched

TOP = str(COMMANDS / "scaler_top")
MONITOR = str(COMMANDS / "scaler-monitor")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with simulator(5, 1, 5) as stream:
        yield stream.address


@pytest.fixture
def hostile(tmp_path: Path) -> HostileFolder:
    return HostileFolder(tmp_path)


@pytest.fixture
def gone(tmp_path: Path) -> str:
    """Return a shell command that changes to a folder and deletes it."""
    folder = shlex.quote(str(tmp_path / "gone"))
    return f"mkdir {folder} && cd {folder} && rmdir {folder}"


def test_once_in_a_hostile_folder(address: str, hostile: HostileFolder) -> None:
    shown = subprocess.run(
        [TOP, address, "--once", "-t", "60", "--format", "json"],
        cwd=hostile.path,
        capture_output=True,
        text=True,
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(json.loads(shown.stdout)["workers"]) == 5
    hostile.assert_nothing_ran()


def test_a_screen_in_a_hostile_folder(
    address: str, hostile: HostileFolder, watch: Callable[..., Watched]
) -> None:
    command = f"cd {shlex.quote(str(hostile.path))} && exec scaler_gui {address}"
    terminal = watch("sh", "-c", command).terminal
    terminal.wait_for("LIVE", "Worker|")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    hostile.assert_nothing_ran()


def test_once_in_a_deleted_folder(address: str, gone: str) -> None:
    shown = subprocess.run(
        ["sh", "-c", f"{gone} && exec {TOP} {address} --once -t 60 --format json"],
        capture_output=True,
        text=True,
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(json.loads(shown.stdout)["workers"]) == 5


def test_a_screen_in_a_deleted_folder(address: str, gone: str, watch: Callable[..., Watched]) -> None:
    terminal = watch("sh", "-c", f"{gone} && exec scaler_top {address}").terminal
    terminal.wait_for("LIVE", "Worker|")
    terminal.send("q")
    assert terminal.wait_exit() == 0


def test_a_synthetic_scheduler_in_a_deleted_folder(gone: str, tmp_path: Path) -> None:
    """It changes to another folder; a path relative to the deleted one is rejected in one line."""
    for option, says in (("--bind ipc://s", "which is gone"), ("--bind tcp://127.0.0.1:1 --stats s", "s: ")):
        refused = subprocess.run(
            ["sh", "-c", f"{gone} && exec {MONITOR} simulate {option}"], capture_output=True, text=True
        )
        assert refused.returncode in (1, 2)
        assert says in refused.stderr
        assert refused.stderr.count("\n") == 1
    with (
        tempfile.TemporaryDirectory(dir="/tmp", prefix="s") as short,
        subprocess.Popen(
            ["sh", "-c", f"{gone} && exec {MONITOR} simulate --bind ipc://{short}/s"],
            stderr=subprocess.PIPE,
            text=True,
        ) as running,
    ):
        assert running.stderr is not None
        assert running.stderr.readline().startswith("simulate: ")
        running.terminate()


def test_a_relative_socket_is_shown_with_its_full_path() -> None:
    """Also with a space in a folder's name."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="s o") as folder:
        simulating = subprocess.Popen(
            [MONITOR, "simulate", "--bind", "ipc://s", "--workers", "3"],
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert simulating.stderr is not None
            assert simulating.stderr.readline().startswith("simulate: ")
            shown = subprocess.run(
                [TOP, "ipc://./s", "--once", "-t", "60", "--format", "json"],
                cwd=folder,
                capture_output=True,
                text=True,
            )
            assert (shown.returncode, shown.stderr) == (0, "")
            assert json.loads(shown.stdout)["source"]["address"] == f"ipc://{folder}/s"
        finally:
            simulating.terminate()
            simulating.communicate()


def test_a_relative_socket_with_a_long_path_is_rejected_in_one_line(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    refused = subprocess.run([TOP, "ipc://s", "--once"], cwd=deep, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "at most 107 bytes" in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.peer
def test_a_demo_in_a_hostile_folder(scaler_python: Path, hostile: HostileFolder) -> None:
    """Its monitor socket is private; that its other ports are not is printed before they open."""
    relative = os.path.relpath(scaler_python, hostile.path)
    shown = subprocess.run(
        [MONITOR, "demo", "--once", "--format", "json", "--scaler-python", relative],
        cwd=hostile.path,
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert shown.returncode == 0, shown.stderr
    document = json.loads(shown.stdout)
    assert len(document["workers"]) == 5
    assert document["source"]["address"].startswith("ipc:///")
    first, *_ = shown.stderr.splitlines()
    assert "run what any user of this machine sends them, as you" in first
    hostile.assert_nothing_ran()
