"""The feed against the publishers of the current release, on every transport."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.transport.conftest import Publisher, Reading
from tests.transport.relay import Relay

from scaler_monitor.demo.ports import free_ports

pytestmark = pytest.mark.peer

PEERS = [
    ("tcp", "ymq"),
    ("ipc", "ymq"),
    ("tls", "ymq"),
    ("ws", "ymq"),
    ("wss", "ymq"),
    ("tcp", "zmq"),
    ("ipc", "zmq"),
]
every_transport = pytest.mark.parametrize(("scheme", "wire"), PEERS, ids=["-".join(each) for each in PEERS])
Publish = Callable[..., Publisher]
Follow = Callable[..., Reading]


def place(scheme: str, tmp_path: Path) -> str:
    return f"ipc://{tmp_path}/monitor" if scheme == "ipc" else f"{scheme}://127.0.0.1:{free_ports()}"


def numbers(frames: list[bytes]) -> list[int]:
    return [int(frame[:8]) for frame in frames]


@every_transport
def test_frames_arrive_complete_and_in_order(
    scheme: str, wire: str, publish: Publish, follow: Follow, tmp_path: Path
) -> None:
    publisher = publish(place(scheme, tmp_path), wire)
    reading = follow(publisher.address)
    reading.until_frames(3)
    publisher.ask("burst 2000 250")
    publisher.ask("burst 3 3000000")
    publisher.ask("burst 1 1")
    reading.until(lambda: any(len(frame) == 8 for frame in reading.frames))
    seen = numbers(reading.frames)
    assert seen == list(range(seen[0], seen[0] + len(seen)))
    assert all(set(frame[8:]) <= {ord("x")} for frame in reading.frames)
    assert [len(frame) for frame in reading.frames].count(3_000_000) == 3
    state = reading.feed.state
    assert (state.phase, state.wire, state.problem, state.connects) == ("connected", wire, "", 1)
    assert state.ymq_version == (2 if wire == "ymq" else None)
    counters = reading.feed.counters
    assert counters.frames == len(reading.frames)
    assert counters.message_bytes >= sum(map(len, reading.frames))
    assert (counters.oversized, counters.broken_streams) == (0, 0)


@every_transport
def test_reconnects_to_a_restarted_scheduler(
    scheme: str, wire: str, publish: Publish, follow: Follow, tmp_path: Path
) -> None:
    address = place(scheme, tmp_path)
    reading = follow(address)
    reading.until(lambda: reading.feed.state.phase == "disconnected")
    publisher = publish(address, wire)
    reading.until_frames(1)
    for connects in (2, 3):
        publisher.kill()
        if scheme == "ipc":  # a killed YMQ scheduler leaves its socket, and refuses to bind there again
            (tmp_path / "monitor").unlink()
        reading.until(lambda: reading.feed.state.phase == "disconnected")
        assert reading.feed.state.problem
        publisher = publish(address, wire)
        reading.until_frames(1)
        assert reading.feed.state.connects == connects
    assert reading.longest_read < 1
    assert reading.feed.counters.broken_streams == 0
    assert publisher.log.read_text() == "", (
        "looking and reconnecting must leave no line in the scheduler's log"
    )


def test_a_restart_with_the_other_protocol_is_detected(publish: Publish, follow: Follow) -> None:
    address = f"tcp://127.0.0.1:{free_ports()}"
    reading = follow(address)
    for wire in ("zmq", "ymq", "zmq"):
        publisher = publish(address, wire)
        reading.until_frames(1)
        assert reading.feed.state.wire == wire
        publisher.kill()
        reading.until(lambda: reading.feed.state.phase == "disconnected")
    assert publisher.log.read_text() == ""


@every_transport
def test_a_message_over_the_limit_is_skipped_and_the_stream_continues(
    scheme: str, wire: str, publish: Publish, follow: Follow, tmp_path: Path
) -> None:
    publisher = publish(place(scheme, tmp_path), wire, pause=0)
    reading = follow(publisher.address, frame_limit=100_000)
    reading.until(lambda: reading.feed.state.phase == "connected")
    settle(publisher, reading)
    publisher.ask("burst 2 100000")
    publisher.ask("burst 2 100001")
    publisher.ask("burst 2 300")
    reading.until(
        lambda: len(reading.frames) > 0 and len(reading.frames[-1]) == 300 and len(reading.frames) >= 5
    )
    assert [len(frame) for frame in reading.frames[-4:]] == [100_000, 100_000, 300, 300]
    assert reading.feed.counters.oversized == 2
    assert reading.feed.state.connects == 1


def settle(publisher: Publisher, reading: Reading) -> None:
    """Publish until the subscription is active: ZeroMQ does not report it."""

    def arrived() -> bool:
        publisher.ask("burst 1 8")
        return bool(reading.frames)

    reading.until(arrived)


@pytest.mark.parametrize("wire", ["ymq", "zmq"])
def test_the_publisher_does_not_grow_while_we_read(wire: str, publish: Publish, follow: Follow) -> None:
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", wire)
    reading = follow(publisher.address, keep=False)
    reading.until(lambda: reading.feed.counters.frames > 0)
    before = publisher.ask("burst 10 1000000")

    def has_read(megabytes: int) -> bool:
        return reading.feed.counters.message_bytes >= megabytes * 1_000_000

    for megabytes in range(20, 220, 10):
        publisher.ask("burst 10 1000000")
        reading.until(partial(has_read, megabytes))
    grown = publisher.ask("rss") - before
    assert grown < 50_000_000, f"the publisher grew by {grown} bytes of 200 MB published"


@every_transport
def test_a_frozen_scheduler_keeps_its_connection(
    scheme: str, wire: str, publish: Publish, follow: Follow, tmp_path: Path
) -> None:
    publisher = publish(place(scheme, tmp_path), wire)
    reading = follow(publisher.address)
    reading.until_frames(10)
    os.kill(publisher.process.pid, signal.SIGSTOP)
    reading.until(lambda: "frozen" in reading.feed.state.problem)
    assert reading.feed.state.phase == "connected"
    os.kill(publisher.process.pid, signal.SIGCONT)
    reading.until_frames(50)
    reading.until(lambda: reading.feed.state.problem == "")
    assert reading.feed.state.connects == 1
    assert publisher.log.read_text() == ""


@every_transport
def test_an_idle_scheduler_keeps_its_connection_during_probes(
    scheme: str, wire: str, publish: Publish, follow: Follow, relay: Callable[[str], Relay], tmp_path: Path
) -> None:
    publisher = publish(place(scheme, tmp_path), wire, pause=0)
    between = relay(publisher.address)
    reading = follow(between.address)
    reading.until(lambda: reading.feed.state.phase == "connected")
    settle(publisher, reading)
    before = between.connections
    reading.until(lambda: between.connections > before + 2)  # a probe, and a second one after it
    publisher.ask("burst 1 300")
    reading.until(lambda: len(reading.frames[-1]) == 300)
    state = reading.feed.state
    assert (state.phase, state.connects, state.problem) == ("connected", 1, "")
    assert [len(frame) for frame in reading.frames].count(300) == 1
    assert publisher.log.read_text() == ""


@every_transport
def test_a_half_open_connection_is_replaced(
    scheme: str, wire: str, publish: Publish, follow: Follow, relay: Callable[[str], Relay], tmp_path: Path
) -> None:
    publisher = publish(place(scheme, tmp_path), wire)
    between = relay(publisher.address)
    reading = follow(between.address)
    reading.until_frames(10)
    between.forget()
    silent_at = len(reading.frames)
    reading.until(lambda: reading.feed.state.connects == 2)
    reading.until_frames(20)
    state = reading.feed.state
    assert (state.phase, state.problem) == ("connected", "")
    assert any(one.phase == "disconnected" for one in reading.states) is False
    after = numbers(reading.frames)[silent_at:]
    assert after == sorted(set(after)), "no frame twice, none out of order"
    assert publisher.log.read_text() == ""


@every_transport
def test_a_dead_link_is_reported_and_reconnected(
    scheme: str, wire: str, publish: Publish, follow: Follow, relay: Callable[[str], Relay], tmp_path: Path
) -> None:
    publisher = publish(place(scheme, tmp_path), wire)
    between = relay(publisher.address)
    reading = follow(between.address)
    reading.until_frames(10)
    between.stop_forwarding()
    reading.until(lambda: "frozen" in reading.feed.state.problem)
    assert reading.feed.state.phase == "connected"
    between.resume_forwarding()
    reading.until(lambda: reading.feed.state.connects == 2)
    reading.until_frames(20)
    assert reading.feed.state.problem == ""
    assert publisher.log.read_text() == ""
