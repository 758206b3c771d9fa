"""Names with terminal control sequences: on a real terminal and in printed output they are plain text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.transport.conftest import Publisher
from tests.watched import COMMANDS, Watched

from scaler_monitor.demo.ports import free_ports
from scaler_monitor.wire.schema import load_generation

pytestmark = pytest.mark.peer

ATTACK = "\x1b]0;PWNED\x07\x1b[31m\x9b5n\x90q\u202e\u2066[red]\x00\r"
BROKEN_UTF8 = b"\xff\xfe"
NEVER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""All of C0 but what the app itself needs (tab, line ends, escape), C1 and bidi controls."""

OUR_SEQUENCES = re.compile(r"\x1b\[[<>=?]?[0-9;]*\$?[A-Za-z]|\x1b\]22;[a-z-]*(?:\x07|\x1b\\)")


def hostile(field: str) -> str:
    return f"{field}{ATTACK}"


def name(field: str) -> bytes:
    return hostile(field).encode() + BROKEN_UTF8


def frames() -> list[bytes]:
    """Return a report, a task, a worker and an object, with hostile names everywhere."""
    schema = load_generation(2)
    report, task, worker, objects = (schema.Message.new_message() for _ in range(4))

    body = report.init("stateScheduler")
    row = body.init("workerManager").init("workers", 1)[0]
    row.workerId, row.hostname, row.itl = name("wk"), hostile("ho"), "\x1b[3"
    client = body.init("clientManager").init("clients", 1)[0]
    client.clientId, client.hostname = name("cl"), hostile("ch")
    scaling = body.init("scalingManager")
    pair = scaling.init("managedWorkers", 1)[0]
    pair.workerManagerID = name("mg")
    pair.init("workerIDs", 1)[0] = name("wk")
    detail = scaling.init("workerManagerDetails", 1)[0]
    detail.workerManagerID, detail.identity, detail.capabilities = name("mg"), hostile("mi"), hostile("mc")
    received = body.init("binder").init("received", 1)[0]
    received.client, received.number = hostile("ms"), 3

    state = task.init("stateTask")
    state.taskId, state.functionName, state.state = b"\x1b]0;t\x07" * 3, name("fn"), "running"
    state.worker, state.client, state.event = name("wk"), name("cl"), hostile("ev")
    capability = state.init("capabilities", 1)[0]
    capability.name, capability.value = hostile("cp"), -1

    joined = worker.init("stateWorker")
    joined.workerId, joined.state = name("wk"), "connected"
    joined.init("capabilities", 1)[0].name = hostile("cp")

    thing = objects.init("stateObject").init("objects", 1)[0]
    thing.objectId, thing.name, thing.creator, thing.size = b"\x1b" * 32, name("ob"), name("cl"), 1 << 30
    return [bytes(message.to_bytes()) for message in (worker, task, report, objects)]


@pytest.fixture
def address(publish: Callable[..., Publisher], tmp_path: Path) -> Iterator[str]:
    """Return the address of a real publisher that sends the hostile frames repeatedly."""
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", "ymq", pause=0)
    paths = []
    for number, frame in enumerate(frames()):
        paths.append(tmp_path / f"frame-{number}")
        paths[-1].write_bytes(frame)
    over = threading.Event()

    def say() -> None:
        while not over.is_set():
            for path in paths:
                publisher.ask(f"file 1 {path}")
            time.sleep(0.2)

    saying = threading.Thread(target=say)
    saying.start()
    yield publisher.address
    over.set()
    saying.join()


@pytest.mark.parametrize("command", ["scaler_top", "scaler_gui"])
def test_only_our_own_sequences_reach_the_terminal(
    command: str, address: str, watch: Callable[..., Watched]
) -> None:
    terminal = watch(command, address, columns=200, lines=60).terminal
    terminal.wait_for("LIVE", "wk\\x1b")
    for key in "1234567890":
        terminal.send(key)
        time.sleep(0.3)
    terminal.send("7")
    terminal.wait_for("fn\\x1b]0;PWNED\\x07")
    terminal.send("0")
    terminal.wait_for("ob\\x1b]0;PWNED\\x07")
    terminal.send("1\r")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    written = bytes(terminal.received).decode()  # broken UTF-8 would raise
    text = OUR_SEQUENCES.sub("", written)
    assert "\x1b" not in text
    assert not NEVER.search(text)


@pytest.mark.parametrize("form", ["text", "json"])
def test_only_text_is_printed(form: str, address: str) -> None:
    done = subprocess.run(
        [sys.executable, COMMANDS / "scaler_top", address, "--once", "--after", "1", "--format", form],
        capture_output=True,
        check=True,
    )
    printed = done.stdout.decode()
    assert "wk\\x1b]0;PWNED" in (printed if form == "text" else str(json.loads(printed)["workers"][0]["id"]))
    assert "\x1b" not in printed
    assert not NEVER.search(printed)
    if form == "json":
        assert not NEVER.search("".join(_strings(json.loads(printed))))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from (key, *_strings(entry))
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)
