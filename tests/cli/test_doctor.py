"""`scaler-monitor doctor`: with and without a terminal, in broken environments, with all kinds of targets."""

from __future__ import annotations

import json
import os
import re
import select
import socket
import subprocess
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.watched import COMMANDS

COMMAND = [str(COMMANDS / "scaler-monitor"), "doctor"]
NOBODY = "tcp://127.0.0.1:1"
BROKEN_TEXTUAL = """
import sys
class Broken:
    def find_spec(self, name, *more):
        if name == "textual":
            raise ImportError("textual is broken here")
sys.meta_path.insert(0, Broken())
"""


def doctor(*arguments: str, shell: str = ":", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f'{shell}; exec "$@"', "bash", *COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        env={**os.environ, **environment},
    )


def facts_of(told: str, name: str) -> list[str]:
    """Return the values of the text report by name; wrong ones begin with `!`."""
    unwrapped = re.sub(r"\n {18}", " ", told)
    return [
        ("! " if mark == "!" else "") + value.strip()
        for mark, value in re.findall(rf"^([! ]) {re.escape(name)} +(.*)$", unwrapped, re.MULTILINE)
    ]


def test_all_is_well_without_a_terminal() -> None:
    told = doctor()
    assert (told.returncode, told.stderr) == (0, "")
    lines = told.stdout.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert lines[-1] == "all is well"
    for title in ("versions", "terminal", "paths", "limits"):
        assert title in lines
    for name in (
        "scaler-monitor",
        "python",
        "textual",
        "rich",
        "pyzmq",
        "msgpack",
        "numpy",
        "TERM",
        "colours",
    ):
        assert facts_of(told.stdout, name), name
    for name in ("LC_ALL", "encodings", "glyphs", "settings", "state", "runtime", "log", "open files"):
        assert facts_of(told.stdout, name), name
    assert facts_of(told.stdout, "terminal at") == ["none of the standard streams"]
    assert "scheduler" not in lines


def test_the_same_as_json() -> None:
    told = doctor("--format", "json", NOBODY)
    assert (told.returncode, told.stderr) == (1, "")
    document = json.loads(told.stdout)
    assert (document["schema"], document["wrong"]) == (1, 1)
    (wrong,) = [fact for facts in document["sections"].values() for fact in facts if fact["wrong"]]
    assert wrong["name"] == "connection"
    assert "connection refused" in wrong["value"]


@pytest.mark.parametrize("wire", ["ymq", "zmq"])
def test_a_scheduler_that_reports(wire: str) -> None:
    with simulator(20, 1, 20, "--wire", wire) as stream:
        told = doctor(stream.address)
    assert (told.returncode, told.stderr) == (0, "")
    assert re.fullmatch(r"127\.0\.0\.1 \(\d\.\d{3} s\)", facts_of(told.stdout, "host")[0])
    assert re.search(rf"speaks {wire}.* \(\d\.\d{{3}} s\)", facts_of(told.stdout, "connection")[0])
    (report,) = facts_of(told.stdout, "first report")
    assert re.fullmatch(r"generation 2, 20 workers, \d managers \(\d\.\d{3} s\)", report)


@pytest.mark.peer
def test_a_real_scheduler_s_publisher(reporting: str) -> None:
    told = doctor(reporting)
    assert (told.returncode, told.stderr) == (0, "")
    assert "workers" in facts_of(told.stdout, "first report")[0]


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts connections and sends nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"


def test_a_server_that_sends_nothing(silent: str) -> None:
    told = doctor(silent, "-t", "4")
    assert told.returncode == 1
    (problem,) = facts_of(told.stdout, "connection")
    assert problem.startswith("! ")
    assert "no data came for 3 s" in problem
    assert told.stdout.endswith("1 wrong, marked with !\n")


def test_a_scheduler_without_a_report_in_time() -> None:
    with simulator(5, 1, 5, "--report-interval", "3600") as stream:
        told = doctor(stream.address, "-t", "0.5")
        assert told.returncode == 1
        (problem,) = facts_of(told.stdout, "first report")
        assert problem.startswith("! none within 0.5 s: ")


@pytest.mark.parametrize(
    ("address", "name", "says"),
    [
        (NOBODY, "connection", "connection refused"),
        ("tcp://no-such-host.invalid:1", "host", "no-such-host.invalid"),
        ("ipc:///no/such/socket", "connection", "no such socket"),
    ],
)
def test_no_listener(address: str, name: str, says: str) -> None:
    told = doctor(address, "-t", "10")
    assert told.returncode == 1
    (problem,) = facts_of(told.stdout, name)
    assert problem.startswith("! ")
    assert says in problem


@pytest.mark.parametrize(
    "arguments", [["nonsense"], [NOBODY, "more"], ["--format", "xml"], ["-t", "0"], ["ftp://x:1"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    told = doctor(*arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.count("\n") == 1
    assert told.stderr.startswith("scaler-monitor")


def test_without_a_home_and_with_an_invalid_log() -> None:
    nowhere = "/dev/null/nowhere"
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "SCALER_MONITOR_LOG")
    told = doctor(**dict.fromkeys(names, nowhere))
    assert (told.returncode, told.stderr) == (1, "")
    assert facts_of(told.stdout, "state")[0].startswith("! ")
    assert [fact[:2] for fact in facts_of(told.stdout, "log")] == ["! ", "! "]


def test_bad_settings(tmp_path: Path) -> None:
    (tmp_path / "scaler-monitor").mkdir()
    (tmp_path / "scaler-monitor" / "settings.toml").write_text("theme = ")
    told = doctor(XDG_CONFIG_HOME=str(tmp_path), SCALER_MONITOR_SCALE="round")
    assert (told.returncode, told.stderr) == (1, "")
    file, unread, scale = facts_of(told.stdout, "settings")
    assert re.search("settings.toml: file, of .*, mode 0", file)
    assert unread.startswith("! the settings file is not read")
    assert scale.startswith("! environment: scale must be one of")
    assert facts_of(told.stdout, "variable")[-1] == "SCALER_MONITOR_SCALE=round"


def test_paths_with_owner_and_mode(tmp_path: Path) -> None:
    log = tmp_path / "m.log"
    log.write_text("what the user wrote\n")
    log.chmod(0o640)
    told = doctor(SCALER_MONITOR_LOG=str(log))
    assert told.returncode == 1
    first, second = facts_of(told.stdout, "log")
    assert re.fullmatch(r"! .*m\.log: file, of \S+, mode 0640, 20 bytes: cannot be written: .*", first)
    assert second.endswith("m.log.collector: not there")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.log"]


def test_too_few_open_files() -> None:
    told = doctor(shell="ulimit -n 40")
    assert told.returncode == 1
    assert facts_of(told.stdout, "open files") == ["40, at most 40"]
    assert "open files" in facts_of(told.stdout, "room")[0]


def test_screens_that_do_not_load(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BROKEN_TEXTUAL)
    told = doctor(PYTHONPATH=str(tmp_path))
    assert (told.returncode, told.stderr) == (1, "")
    (screens,) = facts_of(told.stdout, "screens load")
    assert screens.startswith("! no: ImportError: textual is broken here")
    assert facts_of(told.stdout, "collector loads")[0].startswith("yes")
    assert facts_of(told.stdout, "runtime")


@pytest.mark.parametrize(
    ("answer", "says"),
    [(b"\x1b[?0u\x1b[?62;c", "yes"), (b"\x1b[?62;c", "no"), (b"", "not known: no answer within 1.5 s")],
)
def test_on_a_terminal(answer: bytes, says: str) -> None:
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (33, 101)) if hasattr(termios, "tcsetwinsize") else None
    before = termios.tcgetattr(slave)
    surroundings = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        COMMAND, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **surroundings}
    )
    drawn = bytearray()

    def read() -> None:
        answered = False
        while process.poll() is None or select.select([master], [], [], 0.2)[0]:
            if select.select([master], [], [], 0.2)[0]:
                drawn.extend(os.read(master, 65536))
            if b"\x1b[?u\x1b[c" in drawn and not answered:
                os.write(master, answer)
                answered = True

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    assert process.wait(60) == 0
    reader.join(60)
    told = drawn.decode().replace("\r\n", "\n").replace("\x1b[?u\x1b[c", "")
    assert facts_of(told, "terminal at") == ["input, output, errors"]
    assert facts_of(told, "TERM") == ["'xterm-256color'"]
    assert facts_of(told, "colours")[0].startswith("256, ")
    assert facts_of(told, "kitty keyboard") == [says]
    if hasattr(termios, "tcsetwinsize"):
        assert facts_of(told, "size") == ["101 columns, 33 lines"]
    assert "62;c" not in told
    assert termios.tcgetattr(slave) == before
    os.close(master)
    os.close(slave)
