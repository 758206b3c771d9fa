"""Connecting to a scheduler: host names, paths, and peers that are slow or disconnect early."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zmq
from tests.transport.conftest import HASTY, STEADY, Reading, address_of
from tests.transport.servers import GREETING, framed, problem, serve

from scaler_monitor.wire import scheduler_feed, socket_connect
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.problem import ConnectionProblem
from scaler_monitor.wire.waiting import Steps, pause

Follow = Callable[..., Reading]

resolve = socket.getaddrinfo


@pytest.mark.parametrize("name", ["a..b", "a" * 70, "256.256.256.256"])
def test_an_invalid_host_name_is_unknown(follow: Follow, name: str) -> None:
    problem(follow(f"tcp://{name}:1", timeouts=STEADY._replace(name_lookup=30.0)), "is unknown")


def test_a_host_with_several_addresses_uses_the_one_that_answers(
    follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(host: str, port: int, **options: int) -> list[object]:
        if host == "both.example" and options["flags"]:
            raise socket.gaierror
        hosts = ("::1", "127.0.0.1") if host == "both.example" else (host,)
        return [found for each in hosts for found in resolve(each, port, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with zmq.Context() as context, context.socket(zmq.PUB) as publisher:
        port = publisher.bind_to_random_port("tcp://127.0.0.1")
        reading = follow(f"tcp://both.example:{port}", timeouts=STEADY._replace(name_lookup=30.0))
        reading.until(lambda: reading.feed.state.wire == "zmq")
        reading.until(lambda: bool(publisher.send(b"payload") or reading.frames))


def test_hanging_lookups_are_limited(follow: Follow, monkeypatch: pytest.MonkeyPatch) -> None:
    never, asked = threading.Event(), threading.Semaphore(0)

    def stuck(host: str, *arguments: Any, **options: Any) -> object:
        if options.get("flags"):
            return resolve(host, *arguments, **options)
        asked.release()
        never.wait(60)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    monkeypatch.setattr(socket_connect, "_lookup_slots", threading.BoundedSemaphore(2))
    given_up: list[float] = []

    def noted(seconds: float) -> Steps[None]:
        given_up.append(seconds)
        yield from pause(seconds)

    monkeypatch.setattr(scheduler_feed, "pause", noted)
    try:
        reading = follow(
            "tcp://slow.example:1", timeouts=HASTY._replace(name_lookup=0.01, max_retry_delay=0.01)
        )
        reading.until(lambda: len(given_up) > 5)
        assert [asked.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    finally:
        never.set()
        for thread in threading.enumerate():
            if thread.name == "host-look-up":
                thread.join(30)


@pytest.mark.parametrize(
    ("lacking", "error"),
    [("socketpair", OSError(errno.EMFILE, "Too many open files")), ("Thread", RuntimeError("no new thread"))],
)
def test_a_lookup_that_cannot_start_frees_its_slot(
    lacking: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking_up = threading.BoundedSemaphore(1)
    monkeypatch.setattr(socket_connect, "_lookup_slots", looking_up)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket if lacking == "socketpair" else threading, lacking, fail)
    for _ in range(2):
        with pytest.raises(ConnectionProblem, match="cannot be looked up"):
            next(socket_connect.connect_socket(parse_address("tcp://some.example:1"), HASTY))
    assert looking_up.acquire(blocking=False)


def test_a_path_that_is_not_a_socket_is_named(follow: Follow, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    problem(follow(f"ipc://{tmp_path}/file"), "no socket but a file")
    problem(follow(f"ipc://{tmp_path}"), "a folder")
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as left_behind:
        left_behind.bind(f"{tmp_path}/left")
    problem(follow(f"ipc://{tmp_path}/left"), "nobody listens")


def test_a_slow_first_message_is_reported(listener: socket.socket, follow: Follow) -> None:
    reading = follow(address_of(listener), timeouts=STEADY._replace(probe_after=30.0))
    with listener.accept()[0] as peer:
        missing, said = bytearray(1000), threading.Event()
        peer.sendall(GREETING + len(missing).to_bytes(8, "little"))

        def drip() -> None:
            while len(missing) > 1 and not said.wait(0.05):
                peer.sendall(missing[:1])
                del missing[0]

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        problem(reading, "its first message takes over")
        assert reading.feed.state.phase == "connected"
        said.set()
        thread.join()
        peer.sendall(missing)
        reading.until_total(1)
        assert reading.feed.state.problem == ""


def test_a_skipped_first_message_is_not_reported_as_slow(listener: socket.socket, follow: Follow) -> None:
    reading = follow(address_of(listener), timeouts=STEADY._replace(probe_after=30.0), frame_limit=1000)
    with listener.accept()[0] as peer:
        peer.sendall(GREETING + (5000).to_bytes(8, "little"))
        until = time.monotonic() + 3 * STEADY.first_frame
        while time.monotonic() < until:
            peer.sendall(b"x")
            time.sleep(0.05)
        assert "was skipped" in reading.feed.state.problem
        assert not any("first message" in state.problem for state in reading.states)


def test_retry_delay_grows_if_connections_are_short(
    listener: socket.socket, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def noted(seconds: float) -> Steps[None]:
        if seconds != scheduler_feed.GATHER_SECONDS:
            pauses.append(seconds)
        yield from pause(seconds)

    monkeypatch.setattr(scheduler_feed, "pause", noted)
    serve(listener, *[GREETING + framed(b"payload")] * 6)
    reading = follow(
        address_of(listener), timeouts=STEADY._replace(min_retry_delay=0.01, max_retry_delay=0.16)
    )
    reading.until_total(6)
    reading.until(lambda: len(pauses) >= 6)
    assert pauses[0] <= 0.01
    assert min(pauses[4:6]) > 0.1  # at least 0.7 of the maximum delay
