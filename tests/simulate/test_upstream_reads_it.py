"""Scaler's own library and its own top read a synthetic scheduler without errors."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest

from scaler_monitor.demo.environment import ensure_scaler_python
from scaler_monitor.demo.ports import free_ports

pytestmark = pytest.mark.peer

SIMULATE = [
    *(sys.executable, "-c", "import sys; from scaler_monitor.cli.main import main; sys.exit(main())"),
    *("simulate", "--workers", "40", "--processors", "2", "--tasks-per-second", "60"),
]

SUBSCRIBE = """
import json, sys, threading, os
from collections import Counter
from datetime import timedelta
from scaler.config.types.address import AddressConfig
from scaler.io.network_backends import get_network_backend_from_env
kinds, states, report = Counter(), Counter(), {}
def hear(message):
    kind = type(message).__name__
    kinds[kind] += 1
    if kind == "StateTask":
        states[int(message.state)] += 1
        assert len(bytes(message.taskId)) == 16
    if kind == "StateScheduler":
        report["workers"] = len(message.workerManager.workers)
        report["processors"] = sum(len(w.processorStatuses) for w in message.workerManager.workers)
        report["states"] = {pair.state: pair.count for pair in message.taskManager.stateToCount}
        if kinds[kind] >= 4:
            print(json.dumps([kinds, states, report]), flush=True)
            os._exit(0)
address = AddressConfig.from_string(sys.argv[1])
backend = get_network_backend_from_env()
patience = timedelta(seconds=60)
backend.create_sync_subscriber(identity=b"test|top|1", address=address, callback=hear, timeout=patience).run()
"""


UP_TO_3_13 = pytest.mark.skipif(
    sys.version_info >= (3, 14), reason="the pycapnp that Scaler 1.27.2 asks for has no wheel for Python 3.14"
)


@contextmanager
def simulator(bind: str, wire: str, generation: int, stats: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [*SIMULATE, "--bind", bind, "--wire", wire, "--generation", str(generation)]
    process = subprocess.Popen([*command, "--stats", str(stats)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not stats.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.parametrize(
    ("version", "wire", "generation", "scheme"),
    [
        ("2.9.0", "ymq", 2, "tcp"),
        ("2.9.0", "ymq", 2, "ipc"),
        ("2.9.0", "zmq", 2, "tcp"),
        ("2.6.0", "ymq", 1, "tcp"),
        ("2.6.0", "zmq", 1, "ipc"),
    ],
)
def test_upstreams_subscriber_reads_everything(
    tmp_path: Path, version: str, wire: str, generation: int, scheme: str
) -> None:
    bind = f"ipc://{tmp_path}/monitor" if scheme == "ipc" else f"tcp://127.0.0.1:{free_ports()}"
    with simulator(bind, wire, generation, tmp_path / "stats"):
        heard = subprocess.run(
            [str(ensure_scaler_python(version)), "-c", SUBSCRIBE, bind],
            env={**os.environ, "SCALER_NETWORK_BACKEND": wire},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert heard.returncode == 0, heard.stderr
    kinds, states, report = json.loads(heard.stdout)
    assert report["workers"] == 40
    assert report["processors"] == 80
    assert kinds["StateTask"] > 100
    assert {"0", "1", "4"} <= set(states)  # inactive, running, success
    assert ("StateObject" in kinds) == (generation == 2)


@pytest.mark.parametrize(
    ("version", "wire", "generation"),
    [
        ("2.9.0", "ymq", 2),
        ("2.9.0", "zmq", 2),
        ("2.6.0", "ymq", 1),
        pytest.param("1.27.2", "zmq", 1, marks=UP_TO_3_13),
    ],
)
def test_upstreams_top_shows_it(tmp_path: Path, version: str, wire: str, generation: int) -> None:
    bind = f"tcp://127.0.0.1:{free_ports()}"
    top = ensure_scaler_python(version).with_name("scaler_top")
    backend = {} if version == "1.27.2" else {"SCALER_NETWORK_BACKEND": wire}  # it supports only ZMQ
    with simulator(bind, wire, generation, tmp_path / "stats"):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 70, 200, 0, 0))
        process = subprocess.Popen(
            [str(top), bind],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm", **backend},
        )
        os.close(slave)
        screen = pyte.Screen(200, 70)
        try:
            text = read_until(
                master, screen, lambda text: "with 40 worker(s)" in text and "success" in text.lower()
            )
        finally:
            process.kill()
            process.wait()
            os.close(master)
    assert "Total 2 manager(s)" in text


def read_until(terminal: int, screen: pyte.Screen, condition: Callable[[str], bool]) -> str:
    stream = pyte.ByteStream(screen)
    deadline = time.monotonic() + 60
    while True:
        assert time.monotonic() < deadline, "\n".join(screen.display)
        stream.feed(os.read(terminal, 65536))
        if condition(text := "\n".join(screen.display)):
            return text
