"""Real publishers of opengris-scaler, and a reader thread like the collector's."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.transport.hostile import Hostile, Speech
from tests.transport.relay import Relay
from tests.transport.reports import report_bytes

from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.destination import Timeouts
from scaler_monitor.wire.feed import Feed, FeedState
from scaler_monitor.wire.scheduler_feed import open_feed

PUBLISHER = Path(__file__).with_name("publisher.py")

HASTY = Timeouts(
    name_lookup=0.3,
    connect=0.5,
    handshake=0.5,
    greeting=0.5,
    first_frame=0.5,
    probe_after=0.3,
    probe_duration=0.5,
    probe_interval=0.2,
    min_retry_delay=0.2,  # longer than one read of `Reading`, which therefore sees every state
    max_retry_delay=0.2,
)
"""Short timeouts, for peers that send nothing."""

STEADY = HASTY._replace(greeting=30.0, handshake=30.0)
"""Long timeouts, for peers that do send, so that a busy machine does not cause a timeout."""


class Publisher:
    """One publisher process at one address."""

    def __init__(
        self, python: Path, log: Path, address: str, wire: str, pause: float, report: str, tls: list[str]
    ) -> None:
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [str(python), str(PUBLISHER), address, str(pause), report, *tls],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "SCALER_NETWORK_BACKEND": wire},
                text=True,
            )
        self.address = self._answer()

    def ask(self, command: str) -> int:
        """Send a command; return the publisher's resident bytes after it has executed it."""
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, f"the publisher ended: {self.log.read_text()}"
        return line

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


class Reading:
    """A feed with a thread that reads it continuously."""

    def __init__(self, feed: Feed, *, keep: bool = True) -> None:
        self.feed = feed
        self.frames: list[bytes] = []
        self.states: list[FeedState] = []
        self.longest_read = 0.0
        self._keep = keep
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            frames = self.feed.read(0.05)
            self.longest_read = max(self.longest_read, time.monotonic() - started)
            if self._keep:
                self.frames += frames
            if not self.states or self.states[-1] != self.feed.state:
                self.states.append(self.feed.state)

    def until(self, condition: Callable[[], bool], seconds: float = 120.0) -> None:
        """Wait for a condition; fail after `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{self.feed.state} {self.feed.counters} {len(self.frames)}"
            assert self._thread.is_alive(), "the reading thread died"
            time.sleep(0.01)

    def until_total(self, frames: int) -> None:
        """Wait until `frames` frames were received in total."""
        self.until(lambda: len(self.frames) >= frames)

    def until_frames(self, more: int, seconds: float = 120.0) -> None:
        """Wait until `more` further frames were received from an endless stream."""
        wanted = len(self.frames) + more
        self.until(lambda: len(self.frames) >= wanted, seconds)

    def stop(self) -> None:
        self._stop.set()
        self.feed.close()
        self._thread.join(30)
        assert not self._thread.is_alive()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A self-signed certificate for localhost and its key, as files."""
    folder = tmp_path_factory.mktemp("tls")
    paths = [str(folder / "certificate.pem"), str(folder / "key.pem")]
    names = "-subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run(
        [
            "openssl",
            *f"req -x509 -newkey rsa:2048 -nodes -days 2 {names} -out {paths[0]} -keyout {paths[1]}".split(),
        ],
        check=True,
        capture_output=True,
    )
    return paths


@pytest.fixture
def publish(
    scaler_python: Path, certificate: list[str], tmp_path: Path
) -> Iterator[Callable[..., Publisher]]:
    """Start publishers: `publish("tcp://127.0.0.1:0", wire="ymq", pause=0.01, report="FILE")`."""
    started: list[Publisher] = []

    def start(address: str, wire: str = "ymq", pause: float = 0.01, report: str = "") -> Publisher:
        tls = certificate if address.startswith(("tls", "wss")) else []
        log = tmp_path / "publisher.log"
        publisher = Publisher(scaler_python, log, address, wire, pause, report, tls)
        started.append(publisher)
        return publisher

    yield start
    for each in started:
        each.kill()


@pytest.fixture(scope="module")
def reporting(scaler_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real publisher that reports five workers twice a second, for the tests of a file.

    For what only needs something to watch: a whole cluster is a dozen processes.
    """
    folder = tmp_path_factory.mktemp("reporting")
    (folder / "report").write_bytes(report_bytes(5, 2))
    log, report = folder / "publisher.log", str(folder / "report")
    publisher = Publisher(scaler_python, log, "tcp://127.0.0.1:0", "ymq", 0.5, report, [])
    yield publisher.address
    publisher.kill()


@pytest.fixture
def follow() -> Iterator[Callable[..., Reading]]:
    """Read an address with short timeouts: `follow("tcp://...", frame_limit=...)`."""
    started: list[Reading] = []

    def start(address: str, *, keep: bool = True, **options: Any) -> Reading:
        feed = open_feed(parse_address(address), **{"timeouts": HASTY, **options})
        reading = Reading(feed, keep=keep)
        started.append(reading)
        return reading

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def relay() -> Iterator[Callable[[str], Relay]]:
    """Start a relay in front of an address."""
    with contextlib.ExitStack() as started:

        def start(target: str) -> Relay:
            folder = started.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="r"))
            between = Relay(target, Path(folder))
            started.callback(between.close)
            return between

        yield start


@pytest.fixture
def stand(certificate: list[str]) -> Iterator[Callable[..., Hostile]]:
    """Start a server that sends `speech` to each client: `stand("ws", speech)`."""
    with contextlib.ExitStack() as standing:

        def start(
            kind: str, speech: Callable[[], Speech], record_bytes: int = 1 << 14, *, greets: bool = True
        ) -> Hostile:
            hostile = Hostile(kind, speech, certificate, record_bytes, greets=greets)
            standing.callback(hostile.close)
            return hostile

        yield start


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A raw listening socket, for servers that are not a scheduler."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(30)
        yield listening


def address_of(listening: socket.socket, scheme: str = "tcp") -> str:
    return f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"
