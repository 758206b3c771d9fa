"""Connections that cannot be made or are lost, and the timeouts of a feed."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.transport.conftest import STEADY, Reading, address_of
from tests.transport.servers import GREETING, framed, problem

from scaler_monitor.demo.ports import free_ports
from scaler_monitor.wire.address import parse_address

Follow = Callable[..., Reading]


def test_a_frozen_scheduler_with_a_full_backlog_keeps_its_connection(tmp_path: Path, follow: Follow) -> None:
    with socket.socket(socket.AF_UNIX) as listener, contextlib.ExitStack() as crowd:
        listener.bind(f"{tmp_path}/socket")
        listener.listen(0)
        reading = follow(f"ipc://{tmp_path}/socket", timeouts=STEADY)
        peer = crowd.enter_context(listener.accept()[0])
        peer.sendall(GREETING + framed(b"payload"))
        reading.until_total(1)
        for _ in range(3):
            other = crowd.enter_context(socket.socket(socket.AF_UNIX))
            other.setblocking(False)
            other.connect_ex(f"{tmp_path}/socket")
        problem(reading, "may be frozen")
        assert reading.feed.state.phase == "connected"
        peer.sendall(framed(b"payload"))
        reading.until_total(2)
        assert reading.feed.state.connects == 1


def test_no_listener(follow: Follow, tmp_path: Path) -> None:
    problem(follow(f"tcp://127.0.0.1:{free_ports()}"), "connection refused")
    problem(follow(f"ipc://{tmp_path}/none"), "no such socket")
    problem(follow("tcp://name.invalid:1"), "name.invalid")


def test_an_unreachable_host_does_not_block(follow: Follow) -> None:
    with contextlib.closing(
        socket.socket()
    ) as full:  # a full backlog drops the SYN packet, as a firewall does
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with contextlib.ExitStack() as queue:
            for _ in range(4):
                waiting = queue.enter_context(contextlib.closing(socket.socket()))
                waiting.setblocking(False)
                waiting.connect_ex(full.getsockname())
            problem(follow(address_of(full)), "no answer within")


def test_a_hanging_lookup_does_not_block(follow: Follow, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    resolve = socket.getaddrinfo

    def stuck(host: str, *arguments: Any, **options: Any) -> object:
        if options.get("flags"):
            return resolve(host, *arguments, **options)
        never.wait(20)
        raise socket.gaierror

    monkeypatch.setattr("socket.getaddrinfo", stuck)
    problem(follow("tcp://slow.example:1"), "no name server answers")
    never.set()


def test_a_connection_without_a_peer(listener: socket.socket, follow: Follow) -> None:
    reading = follow(address_of(listener), timeouts=STEADY)
    with listener.accept()[0] as peer:
        peer.sendall(GREETING + framed(b"before"))
        reading.until_total(1)
        place = listener.getsockname()
        listener.close()  # closed, but the old connection does not show it
        problem(reading, "connection refused")
        with contextlib.closing(socket.create_server(place)) as again:
            again.settimeout(30)
            with again.accept()[0] as anew:
                anew.sendall(GREETING + framed(b"after"))
                reading.until_total(2)
    assert reading.frames == [b"before", b"after"]


def test_close_ends_a_read_immediately(listener: socket.socket) -> None:
    from scaler_monitor.wire.scheduler_feed import open_feed

    feed = open_feed(parse_address(address_of(listener)))
    returned = threading.Event()

    def read() -> None:
        feed.read(60)
        returned.set()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    listener.accept()[0].close()
    feed.close()
    assert returned.wait(30)
    assert feed.read(0) == []
    feed.close()


def test_a_read_keeps_its_timeout(listener: socket.socket, follow: Follow) -> None:
    from scaler_monitor.wire.scheduler_feed import open_feed

    with contextlib.closing(open_feed(parse_address(address_of(listener)))) as feed:
        started = time.monotonic()
        assert feed.read(0.2) == []
        assert 0.1 < time.monotonic() - started < 2
