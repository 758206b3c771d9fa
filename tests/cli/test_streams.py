"""Output that is truncated, rejected or slow: all of it arrives, or one error line and exit code 1."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from bench.stream import simulator
from tests.present import present
from tests.watched import until

from scaler_monitor.demo.ports import free_ports

COMMAND = (sys.executable, "-c", "import sys; from scaler_monitor.cli.main import main; sys.exit(main())")
NAME = "größe\N{SNOWMAN}\N{GRINNING FACE}"
WORKERS = 200
LOST = "scaler-monitor: cannot write to standard output: "

unbuffered = pytest.mark.parametrize(
    "surroundings", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"]
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with simulator(WORKERS, 1, 20, "--functions", NAME) as stream:
        yield stream.address


def once(address: str) -> list[str]:
    """Return a command that prints a document much larger than a small pipe or disk."""
    return [*COMMAND, "top", address, "--once", "--format", "json", "-t", "60"]


def in_shell(words: str, command: list[str]) -> list[str]:
    """Run the command in a shell, as "$0" "$@"."""
    return ["bash", "-c", words, *command]


def start(command: list[str], surroundings: dict[str, str], **streams: Any) -> subprocess.Popen[str]:
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    streams = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen(command, text=True, env={**plain, **surroundings}, **streams)


def run(command: list[str], surroundings: dict[str, str], **streams: Any) -> tuple[int, str | None, str]:
    """Run a command; return exit code, output and errors."""
    with start(command, surroundings, **streams) as started:
        told, complaint = started.communicate(timeout=150)
    return started.returncode, told, complaint


def assert_waits(writer: subprocess.Popen[str]) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        writer.wait(1.5)


class NarrowPipe:
    """A pipe of two pages with a non-blocking writing end, partly filled."""

    def __init__(self, full_pages: int) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        self.reading, self.writing = os.pipe()
        fcntl.fcntl(self.writing, fcntl.F_SETPIPE_SZ, 2 * page)
        os.set_blocking(self.writing, False)
        self._filled = sum(os.write(self.writing, b"." * page) for _ in range(full_pages))

    def has_begun(self) -> bool:
        """Return whether anything was written."""
        waiting = fcntl.ioctl(self.reading, termios.FIONREAD, bytes(4))
        return int.from_bytes(waiting, sys.byteorder) > self._filled

    def drain_slowly(self) -> str:
        """Close our writing end, and read slowly to the end; return the data without the initial filling."""
        os.close(self.writing)
        read = bytearray()
        while part := os.read(self.reading, 3000):
            read += part
            time.sleep(0.001)
        os.close(self.reading)
        return bytes(read[self._filled :]).decode()


@unbuffered
@pytest.mark.parametrize("what", ["--once", "--help", "--version"])
def test_a_full_disk(address: str, what: str, surroundings: dict[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = once(address) if what == "--once" else [*COMMAND, what]
        code, _, complaint = run(command, surroundings, stdout=full)
    assert (code, complaint) == (1, f"{LOST}No space left on device\n")


@unbuffered
def test_a_disk_that_is_full_after_the_beginning(
    address: str, surroundings: dict[str, str], tmp_path: Path
) -> None:
    words = f'mount -t tmpfs -o size=16k none {tmp_path} && exec "$0" "$@" > {tmp_path}/document'
    disk = ["unshare", "--map-root-user", "--mount"]
    mounting = [*disk, "mount", "-t", "tmpfs", "none", str(tmp_path)]
    if not shutil.which(disk[0]) or subprocess.run(mounting, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    code, _, complaint = run([*disk, *in_shell(words, once(address))], surroundings)
    assert (code, complaint) == (1, f"{LOST}No space left on device\n")


@unbuffered
def test_a_limit_of_file_size(address: str, surroundings: dict[str, str], tmp_path: Path) -> None:
    words = f'ulimit -f 8; exec "$0" "$@" > {shlex.quote(str(tmp_path / "document"))}'
    code, _, complaint = run(in_shell(words, once(address)), surroundings)
    assert (code, complaint) == (1, f"{LOST}File too large\n")


@unbuffered
def test_a_document_into_a_nonblocking_pipe(address: str, surroundings: dict[str, str]) -> None:
    pipe = NarrowPipe(full_pages=1)
    writer = start(once(address), surroundings, stdout=pipe.writing)
    until(pipe.has_begun)
    assert len(json.loads(pipe.drain_slowly())["workers"]) == WORKERS
    assert writer.communicate(timeout=150)[1] == ""
    assert writer.returncode == 0


@unbuffered
def test_help_into_a_nonblocking_pipe(surroundings: dict[str, str]) -> None:
    pipe = NarrowPipe(full_pages=2)
    writer = start([*COMMAND, "top", "--help"], surroundings, stdout=pipe.writing)
    assert_waits(writer)
    assert pipe.drain_slowly().endswith("129 SIGHUP)\n")
    assert writer.communicate(timeout=150)[1] == ""
    assert writer.returncode == 0


def test_the_flags_of_a_shared_pipe_are_not_changed() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    assert run([*COMMAND, "--version"], {}, stdout=writing) == (0, None, "")
    assert not os.get_blocking(writing)
    os.close(reading)
    os.close(writing)


def test_an_error_waits_for_a_nonblocking_pipe() -> None:
    pipe = NarrowPipe(full_pages=2)
    writer = start([*COMMAND, "top", "nonsense", "--once"], {}, stderr=pipe.writing)
    assert_waits(writer)
    told = pipe.drain_slowly()
    assert writer.wait(100) == 2
    assert told.startswith("scaler-monitor top: ")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "code", "blocking"),
    [(signal.SIGTERM, 143, True), (signal.SIGINT, 130, False), (signal.SIGHUP, 129, False)],
)
def test_a_signal_terminates_without_a_reader(
    address: str, number: signal.Signals, code: int, blocking: bool
) -> None:
    pipe = NarrowPipe(full_pages=1)
    os.set_blocking(pipe.writing, blocking)
    writer = start(once(address), {}, stdout=pipe.writing)
    until(pipe.has_begun)
    writer.send_signal(number)
    assert writer.wait(100) == code
    os.close(pipe.reading)
    os.close(pipe.writing)


@pytest.mark.parametrize(
    ("what", "closed"),
    [
        ("--once", ">&-"),
        ("--once", "<&- >&-"),
        ("--once", ">&- 2>&-"),
        ("--help", ">&-"),
        ("--version", ">&-"),
    ],
)
def test_a_closed_output(address: str, what: str, closed: str) -> None:
    command = once(address) if what == "--once" else [*COMMAND, what]
    code, _, complaint = run(in_shell(f'exec "$0" "$@" {closed}', command), {})
    assert code == 1
    assert complaint == ("" if "2>&-" in closed else "scaler-monitor: standard output is closed\n")


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_a_document_arrives_with_other_descriptors_closed(address: str, closed: str) -> None:
    command = in_shell(f'exec "$0" "$@" {closed}', once(address))
    code, told, complaint = run(command, {}, stdout=subprocess.PIPE)
    assert (code, complaint) == (0, "")
    assert len(json.loads(present(told))["workers"]) == WORKERS


def test_with_closed_stderr_no_error_is_among_the_data(address: str) -> None:
    command = [*COMMAND, "top", address, "--batch", "-d", "0.1", "--format", "json", "-t", "60"]
    writer = start(in_shell('exec "$0" "$@" 2>&-', command), {}, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    json.loads(writer.stdout.readline())
    (first,) = psutil.Process(writer.pid).children()
    first.kill()
    while first in psutil.Process(writer.pid).children():
        json.loads(writer.stdout.readline())
    for _ in range(3):
        json.loads(writer.stdout.readline())
    writer.terminate()
    assert writer.wait(100) == 143


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_name_that_the_encoding_lacks_is_escaped(address: str, encoding: str) -> None:
    surroundings = {**os.environ, "PYTHONIOENCODING": encoding}
    ended = subprocess.run(once(address), capture_output=True, env=surroundings, timeout=150)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert NAME in {function["name"] for function in json.loads(ended.stdout.decode(encoding))["functions"]}


def test_an_unwritable_error_does_not_stop_the_work(tmp_path: Path) -> None:
    stats = tmp_path / "stats"
    command = [*COMMAND, "simulate", "--bind", f"tcp://127.0.0.1:{free_ports()}", "--stats", str(stats)]
    with Path("/dev/full").open("wb") as full:
        simulating = start(command, {}, stderr=full)
    until(lambda: stats.exists() or simulating.poll() is not None)
    assert simulating.poll() is None
    simulating.terminate()
    assert simulating.wait(100) == 143
