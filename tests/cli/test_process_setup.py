"""Process state that is inherited from the parent: limits, signals, umask, descriptors, variables."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from bench.stream import simulator
from tests.terminal import Terminal
from tests.watched import COMMANDS, until

from scaler_monitor.cli.screen_environment import prepare_environment

TOP = str(COMMANDS / "scaler_top")
NOBODY = "tcp://127.0.0.1:1"
ALL_SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with simulator(20, 1, 20) as stream:
        yield stream.address


def limited(limit: str, *command: str) -> list[str]:
    return ["bash", "-c", f'ulimit {limit}; exec "$0" "$@"', *command]


def ended(command: list[str]) -> tuple[int, str, str]:
    """Run a command; return exit code, output and errors."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=150)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("limit", [6, 9, 12, 15, 18, 25, 40])
def test_too_few_open_files_is_one_line(limit: int) -> None:
    code, told, complaint = ended(limited(f"-n {limit}", TOP, NOBODY, "--once"))
    assert (code, told) == (1, "")
    assert "scaler_top: this program needs " in complaint
    assert complaint.endswith(f" open files, and the limit is {limit}; see `ulimit -n`\n")
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("limit", [12, 18, 25])
@pytest.mark.parametrize("what", ["screen", "collector", "simulate"])
def test_every_command_with_zeromq_checks_the_limit(what: str, limit: int, tmp_path: Path) -> None:
    commands = {
        "screen": [TOP, NOBODY],
        "collector": [
            *(
                sys.executable,
                "-m",
                "scaler_monitor.collector",
                NOBODY,
                "--endpoint",
                f"ipc://{tmp_path}/link",
            )
        ],
        "simulate": [str(COMMANDS / "scaler-monitor"), "simulate", "--bind", NOBODY, "--wire", "zmq"],
    }
    with Terminal(limited(f"-n {limit}", *commands[what])) as terminal:
        assert terminal.wait_exit() == 1
        said = bytes(terminal.received).decode()
    assert f"the limit is {limit}; see `ulimit -n`" in said
    assert said.count("\n") == 1


def test_a_soft_limit_is_raised(address: str) -> None:
    code, told, complaint = ended(limited("-S -n 12", TOP, address, "--once", "-t", "60"))
    assert (code, complaint) == (0, "")
    assert "func_to_num_tasks" in told


@pytest.mark.parametrize("threads", [4, 8, 12])
def test_too_few_threads_is_one_line(threads: int, tmp_path: Path) -> None:
    """Run as a user without other processes, who may read what the user of the tests may read."""
    tmp_path.chmod(0o777)
    reading = "+dac_override,+dac_read_search"
    other = ["setpriv", "--reuid=54321", "--clear-groups", "--inh-caps", reading, "--ambient-caps", reading]
    if not shutil.which(other[0]) or subprocess.run([*other, "true"], check=False).returncode:
        pytest.skip("who runs the tests cannot be another user")
    folder = ["env", f"TMPDIR={tmp_path}"]
    code, told, complaint = ended([*other, "prlimit", f"--nproc={threads}", *folder, TOP, NOBODY, "--once"])
    assert (code, told) == (1, "")
    assert "scaler_top: this program needs 20 threads, and the system gives it " in complaint
    assert complaint.count("\n") == 1


def test_blocked_signals_still_terminate(address: str) -> None:
    viewer = subprocess.Popen(
        [TOP, address, "--batch", "-t", "60"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ALL_SIGNALS),
    )
    assert viewer.stdout is not None
    viewer.stdout.readline()
    viewer.terminate()
    assert viewer.wait(100) == 143
    viewer.stdout.close()


def test_exit_of_a_collector_is_known_with_sigchld_ignored(address: str) -> None:
    viewer = subprocess.Popen(
        [TOP, address, "--batch", "-t", "60", "--format", "json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
    )
    assert viewer.stdout is not None
    assert viewer.stderr is not None
    json.loads(viewer.stdout.readline())
    psutil.Process(viewer.pid).children()[0].kill()
    assert "SIGKILL" in viewer.stderr.readline()
    viewer.terminate()
    viewer.communicate(timeout=100)
    assert viewer.returncode == 143


def test_a_umask_that_blocks_our_own_files_is_widened(tmp_path: Path) -> None:
    code = (
        "import os, tempfile; from scaler_monitor.cli import process_setup; "
        "process_setup.reset_process_state(); "
        "print(oct(os.stat(tempfile.mkdtemp()).st_mode & 0o777), oct(os.umask(0)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        umask=0o777,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        timeout=100,
    )
    assert done.stdout.split() == ["0o700", "0o77"]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_no_file_reuses_a_closed_standard_descriptor(closed: str, tmp_path: Path) -> None:
    code = (
        "import os, sys; from scaler_monitor.cli import process_setup; process_setup.reset_process_state(); "
        "file = open(sys.argv[1], 'w'); "
        "print(file.fileno(), *(os.readlink(f'/proc/self/fd/{each}') for each in range(3)), file=file)"
    )
    words = f'exec "$0" "$@" {closed}'
    told = tmp_path / "told"
    subprocess.run(["bash", "-c", words, sys.executable, "-c", code, str(told)], check=True, timeout=100)
    file, *streams = told.read_text().split()
    assert int(file) > 2
    assert streams.count(os.devnull) >= closed.count("&-")


def test_developer_variables_do_not_reach_textual() -> None:
    environment = {
        "COLUMNS": "20",
        "LINES": "5",
        "TEXTUAL": "devtools",
        "TEXTUAL_LOG": "log",
        "TEXTUAL_PRESS": "q",
        "TEXTUAL_COLOR_SYSTEM": "plaid",
        "TEXTUAL_FPS": "10",
        "TERM": "xterm",
        "FORCE_COLOR": "1",
    }
    prepare_environment(environment, "auto")
    assert environment == {"TEXTUAL_FPS": "10", "TERM": "xterm", "FORCE_COLOR": "1"}
    prepare_environment(environment, "256")
    assert environment["TEXTUAL_COLOR_SYSTEM"] == "256"


def test_ignored_signals_stay_ignored(address: str) -> None:
    command = ["sh", "-c", f"trap '' HUP; exec {TOP} {address} --batch -t 60"]
    viewer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert viewer.stdout is not None
    viewer.stdout.readline()
    viewer.send_signal(signal.SIGHUP)
    viewer.stdout.readline()
    assert viewer.poll() is None
    viewer.terminate()
    until(lambda: viewer.poll() is not None)
    assert viewer.returncode == 143
    viewer.stdout.close()
