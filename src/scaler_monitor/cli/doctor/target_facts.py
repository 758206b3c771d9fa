"""Checks of a scheduler's address: name lookup, connection, first message and first report."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

from scaler_monitor.cli.doctor.fact_report import Fact
from scaler_monitor.wire.address import Address
from scaler_monitor.wire.decoder import Decoder, MalformedFrame
from scaler_monitor.wire.event import StateScheduler
from scaler_monitor.wire.feed import Feed
from scaler_monitor.wire.problem import describe_os_error
from scaler_monitor.wire.scheduler_feed import open_feed

READ_SECONDS = 0.05


class Target:
    """Checks one scheduler; each step has a timeout of `timeout` seconds."""

    def __init__(self, address: Address, timeout: float) -> None:
        self._address = address
        self._timeout = timeout

    def answers(self) -> Iterator[Fact]:
        """Yield the facts of each step, until one fails."""
        yield Fact("address", str(self._address))
        if self._address.scheme != "ipc":
            host = self._look_up()
            yield host
            if host.wrong:
                return
        feed = open_feed(self._address)
        try:
            yield from self._listen(feed)
        finally:
            feed.close()

    def _look_up(self) -> Fact:
        started = time.monotonic()
        found: list[str] = []
        problems: list[str] = []
        asking = threading.Thread(target=self._resolve, args=(found, problems), daemon=True)
        asking.start()
        asking.join(self._timeout)
        if found:
            return Fact("host", f"{', '.join(found)} ({_elapsed(started)})")
        problem = problems[0] if problems else f"no name server answers within {self._timeout:g} s"
        return Fact("host", problem, wrong=True)

    def _resolve(self, found: list[str], problems: list[str]) -> None:
        try:
            addresses = socket.getaddrinfo(self._address.host, self._address.port, type=socket.SOCK_STREAM)
            found += dict.fromkeys(str(each[4][0]) for each in addresses)
        except OSError as error:
            problems.append(describe_os_error(self._address, error))
        except UnicodeError as error:
            problems.append(str(error))

    def _listen(self, feed: Feed) -> Iterator[Fact]:
        started = time.monotonic()
        frames: list[bytes] = []
        while feed.state.phase != "connected" and time.monotonic() - started < self._timeout:
            frames += feed.read(READ_SECONDS)
        state = feed.state
        if state.phase != "connected":
            problem = state.problem or f"no answer within {self._timeout:g} s"
            yield Fact("connection", problem, wrong=True)
            return
        version = "" if state.ymq_version is None else f" version {state.ymq_version}"
        yield Fact("connection", f"greeted, it speaks {state.wire}{version} ({_elapsed(started)})")
        if self._address.secure:
            yield Fact("tls", "encrypted; the certificate is not checked")
        yield from self._read_report(feed, frames)

    def _read_report(self, feed: Feed, frames: list[bytes]) -> Iterator[Fact]:
        started, decoder, problem = time.monotonic(), Decoder(), ""
        count = 0
        while time.monotonic() - started < self._timeout:
            for frame in frames:
                count += 1
                if count == 1:
                    yield Fact("first message", f"{len(frame):,} bytes ({_elapsed(started)})")
                try:
                    event = decoder.decode(frame, feed.state.ymq_version)
                except MalformedFrame as error:
                    problem = f"a message cannot be read: {error}"
                    continue
                if isinstance(event, StateScheduler):
                    yield Fact(
                        "first report", f"{self._describe_report(event, decoder)} ({_elapsed(started)})"
                    )
                    return
            frames = feed.read(READ_SECONDS)
        problem = problem or feed.state.problem or f"{count} messages came; does it report seldom?"
        yield Fact("first report", f"none within {self._timeout:g} s: {problem}", wrong=True)

    def _describe_report(self, report: StateScheduler, decoder: Decoder) -> str:
        managers = "" if report.managers is None else f", {len(report.managers)} managers"
        return f"generation {decoder.generation}, {len(report.workers.worker)} workers{managers}"


def _elapsed(started: float) -> str:
    return f"{time.monotonic() - started:.3f} s"
