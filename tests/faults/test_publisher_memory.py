"""Whatever happens to a viewer, the memory of the scheduler's publisher does not grow."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from tests.transport.conftest import Publisher
from tests.transport.reports import report_bytes
from tests.watched import SHELL, SHELL_PROMPT, Watch, Watched, until

from scaler_monitor.demo.ports import free_ports

pytestmark = pytest.mark.peer

MOST_GROWTH = 5_000_000
BURSTS = 50
BURST_BYTES = 2_000_000
"""Bytes that the allocator may keep although nothing is buffered any more."""
BURST = f"burst {BURST_BYTES // 20_000} 20000"
WARM_UPS = 20
SETTLE_SECONDS = 120.0

both_wires = pytest.mark.parametrize("wire", ["ymq", "zmq"])
Publish = Callable[..., Publisher]


def stop(watched: Watched) -> None:
    watched.viewer.send_signal(signal.SIGSTOP)
    until(lambda: watched.viewer.status() == psutil.STATUS_STOPPED)


def ctrl_z(watched: Watched) -> None:
    watched.terminal.send("\x1a")
    watched.terminal.wait_for("Stopped")


def fill(watched: Watched) -> None:
    watched.fill_terminal()


def hang_up(watched: Watched) -> None:
    watched.terminal.hang_up()


def kill(watched: Watched) -> None:
    watched.viewer.kill()


FAULTS = [stop, ctrl_z, fill, hang_up, kill]


@both_wires
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_it_does_not_grow(
    wire: str, fault: Callable[[Watched], None], publish: Publish, watch: Watch
) -> None:
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", wire)
    watched = attach(watch, publisher, below_shell=fault is ctrl_z)
    viewer, collector = watched.viewer, watched.collector
    before = settled(publisher, warm_up(publisher) + MOST_GROWTH)
    fault(watched)
    for _ in range(BURSTS):
        publisher.ask(BURST)
        settled(publisher, before + MOST_GROWTH)
    if fault in (hang_up, kill):
        watched.assert_nothing_left(viewer, collector)
    else:
        assert collector.is_running()


@both_wires
def test_it_does_not_grow_while_the_collector_is_busy(
    wire: str, publish: Publish, watch: Watch, tmp_path: Path
) -> None:
    report = tmp_path / "report"
    report.write_bytes(report_bytes(3000, 4))  # some milliseconds of work to decode
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", wire)
    watched = attach(watch, publisher)
    burst = f"file {BURST_BYTES // report.stat().st_size} {report}"
    before = settled(publisher, warm_up(publisher, burst) + MOST_GROWTH)
    used = cpu_seconds(watched.collector)
    for _ in range(BURSTS):
        publisher.ask(burst)
        settled(publisher, before + MOST_GROWTH)
    watched.terminal.wait_for("LIVE", "3,000 worker(s)")
    assert cpu_seconds(watched.collector) > used


@both_wires
def test_a_reader_that_stops_would_make_it_grow(wire: str, publish: Publish, watch: Watch) -> None:
    """The problem is real and measurable: for a stopped collector the publisher buffers everything."""
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", wire)
    watched = attach(watch, publisher)
    before = settled(publisher, warm_up(publisher) + MOST_GROWTH)
    collector = watched.collector
    collector.send_signal(signal.SIGSTOP)
    try:
        for _ in range(BURSTS):
            publisher.ask(BURST)
        assert publisher.ask("rss") - before > 10 * MOST_GROWTH
    finally:
        collector.send_signal(signal.SIGCONT)
    settled(publisher, before + MOST_GROWTH)


def attach(watch: Watch, publisher: Publisher, *, below_shell: bool = False) -> Watched:
    """Return a viewer of the publisher, whose frames are not decodable and therefore only counted."""
    if below_shell:
        watched = watch(*SHELL)
        watched.terminal.wait_for(SHELL_PROMPT)
        watched.terminal.send(f"scaler_top {publisher.address}\n")
    else:
        watched = watch("scaler_top", publisher.address)
    watched.terminal.wait_for(publisher.address, "malformed")
    watched.terminal.wait_gone(" 0 malformed")
    return watched


def warm_up(publisher: Publisher, burst: str = BURST) -> int:
    """Send bursts until the publisher's allocator is warm; return its resident bytes."""
    for _ in range(WARM_UPS):
        publisher.ask(burst)
        time.sleep(0.02)
    time.sleep(0.2)
    return max(publisher.ask("rss") for _ in range(3))


def settled(publisher: Publisher, most: int) -> int:
    """Wait until the publisher's resident bytes are below `most`; return them."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while (resident := publisher.ask("rss")) > most:
        assert time.monotonic() < deadline, f"{resident - most + MOST_GROWTH} bytes are kept for the viewer"
        time.sleep(0.05)
    return resident


def cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
