"""How fast a restarted scheduler is found, measured by the program's retry delays, not by a clock."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.transport.conftest import Publisher, Reading
from tests.transport.test_real_publishers import place

from scaler_monitor.demo.ports import free_ports
from scaler_monitor.wire import scheduler_feed, socket_connect
from scaler_monitor.wire.destination import Timeouts
from scaler_monitor.wire.waiting import Steps, pause

Publish = Callable[..., Publisher]
Follow = Callable[..., Reading]

BACK_WITHIN_SECONDS = 5.0
REPORT_SECONDS = 1.0


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The retry delays in seconds, in order."""
    made: list[float] = []

    def noted(seconds: float) -> Steps[None]:
        if seconds != scheduler_feed.GATHER_SECONDS:
            made.append(seconds)
        yield from pause(seconds)

    monkeypatch.setattr(scheduler_feed, "pause", noted)
    return made


@pytest.mark.peer
@pytest.mark.parametrize(("scheme", "wire"), [("tcp", "ymq"), ("tcp", "zmq"), ("ipc", "ymq"), ("wss", "ymq")])
def test_reconnects_within_5_seconds_of_a_restart(
    scheme: str, wire: str, publish: Publish, follow: Follow, pauses: list[float], tmp_path: Path
) -> None:
    publisher = publish(place(scheme, tmp_path), wire)
    reading = follow(publisher.address, timeouts=Timeouts())
    reading.until_frames(1)
    publisher.kill()
    if scheme == "ipc":  # a killed YMQ scheduler leaves its socket, and refuses to bind there again
        (tmp_path / "monitor").unlink()
    reading.until(lambda: len(pauses) >= 7)  # the maximum delay is reached
    publish(publisher.address, wire)
    back_at = len(pauses)
    reading.until(lambda: reading.feed.state.connects == 2)
    since_then = pauses[back_at - 1 :]  # including the current delay
    assert sum(since_then) + REPORT_SECONDS < BACK_WITHIN_SECONDS


def test_a_tcp_self_connect_counts_as_refused(follow: Follow, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a free port in the ephemeral range, TCP may connect a socket to itself."""
    port = free_ports()
    met: list[socket.socket] = []

    def leave_from_there(stream: socket.socket) -> None:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stream.bind(("127.0.0.1", port))
        met.append(stream)

    monkeypatch.setattr(socket_connect, "_keep_alive", leave_from_there)
    reading = follow(f"tcp://127.0.0.1:{port}", timeouts=Timeouts())
    reading.until(lambda: len(met) > 2)
    told = {state.problem for state in reading.states if state.problem}
    assert len(told) == 1
    assert "connection refused" in told.pop()
