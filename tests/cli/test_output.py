"""Printed reports to a terminal of some width, a pipe, a full disk, or a closed stream."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.terminal import Terminal

COMMAND = (sys.executable, "-c", "import sys; from scaler_monitor.cli.main import main; sys.exit(main())")
WIDE_ONLY = "mem%"
"""A column that leaves the worker table where lines are short."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with simulator(20, 1, 20) as stream:
        yield stream.address


def once(address: str, *before: str, columns: str = "", out: int = subprocess.PIPE) -> tuple[int, str, str]:
    surroundings = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    ended = subprocess.run(
        [*before, *COMMAND, "top", address, "--once", "-t", "60"],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        timeout=150,
        env=surroundings | ({"COLUMNS": columns} if columns else {}),
    )
    return ended.returncode, ended.stdout or "", ended.stderr


def longest(text: str) -> int:
    return max(map(len, text.splitlines()))


@pytest.mark.parametrize(
    ("columns", "least", "most"), [("", 101, 160), ("90", 60, 90), ("300", 101, 300), ("x", 101, 160)]
)
def test_width_of_a_pipe_is_the_variable_columns(address: str, columns: str, least: int, most: int) -> None:
    code, told, complaint = once(address, columns=columns)
    assert (code, complaint) == (0, "")
    assert least <= longest(told) <= most
    assert (WIDE_ONLY in told) == (columns != "90")


@pytest.mark.parametrize("columns", [80, 160])
def test_width_of_a_terminal(address: str, columns: int) -> None:
    command = [*COMMAND, "top", address, "--once", "-t", "60"]
    with Terminal(command, columns, 70, {"COLUMNS": "200"}) as terminal:
        assert terminal.wait_exit() == 0
        terminal.wait_for("func_to_num_tasks")
        told = bytes(terminal.received).decode()
    assert longest(told) <= columns
    assert (WIDE_ONLY in told) == (columns == 160)


def test_a_closed_output_is_one_line(address: str) -> None:
    code, _, complaint = once(address, "bash", "-c", 'exec "$0" "$@" >&-')
    assert (code, complaint) == (1, "scaler-monitor: standard output is closed\n")


def test_a_full_disk_is_one_line(address: str) -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, complaint = once(address, out=full.fileno())
    assert code == 1
    assert complaint == "scaler-monitor: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_that_cannot_be_written_is_one_line(argument: str) -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, argument], stdout=full, stderr=subprocess.PIPE, text=True, timeout=100, env=buffered
        )
    assert ended.returncode == 1
    assert ended.stderr == "scaler-monitor: cannot write to standard output: No space left on device\n"


def test_with_closed_stderr_errors_are_dropped() -> None:
    ended = subprocess.run(
        ["bash", "-c", 'exec "$0" "$@" 2>&-', *COMMAND, "top", "nonsense", "--once"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
