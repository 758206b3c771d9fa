"""A scheduler that freezes, exits, restarts or goes silent: the screen shows which, and recovers by
itself.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.transport.conftest import Publisher
from tests.transport.relay import Relay
from tests.transport.reports import report_bytes
from tests.watched import Watch, lives, until

from scaler_monitor.demo.local_cluster import LocalCluster
from scaler_monitor.demo.ports import free_ports
from scaler_monitor.wire.schema import load_generation

pytestmark = pytest.mark.peer

AGE = re.compile(r"report +(\d+)s")


@pytest.mark.parametrize("wire", ["ymq", "zmq"])
def test_a_frozen_scheduler_that_is_restarted(
    wire: str, own_cluster: Callable[..., LocalCluster], watch: Watch
) -> None:
    cluster = own_cluster(backend=wire)
    terminal = watch("scaler_top", cluster.monitor_address).terminal
    terminal.wait_for("LIVE", "Worker|")
    terminal.wait_gone("- tasks done")  # two reports were received, so the interval is known
    scheduler = cluster.scheduler_process()
    scheduler.suspend()
    try:
        terminal.wait_for("STALE")
    finally:
        scheduler.resume()
    terminal.wait_for("LIVE")
    terminal.wait_gone("STALE")
    cluster.stop()
    terminal.wait_for("DISCONNECTED", "since ")
    cluster.start(with_workers=False)
    terminal.wait_for("LIVE")
    terminal.send("v4")
    terminal.wait_for("┈")  # the gap in time


def test_a_scheduler_without_a_report_is_live(
    publish: Callable[..., Publisher], relay: Callable[[str], Relay], watch: Watch, tmp_path: Path
) -> None:
    task = load_generation(2).Message.new_message()
    task.init("stateTask").taskId = bytes(16)
    (tmp_path / "task").write_bytes(task.to_bytes())
    (tmp_path / "report").write_bytes(report_bytes(5, 2))
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", "ymq", pause=0)
    between = relay(publisher.address)
    terminal = watch("scaler_top", between.address).terminal

    def is_live() -> bool:
        publisher.ask(f"file 1 {tmp_path / 'task'}")
        return "LIVE" in (text := terminal.text) and "no report yet" in text

    until(is_live)
    connections = between.connections
    until(lambda: between.connections > connections)  # a second connection probes beside the idle first one
    publisher.ask(f"file 1 {tmp_path / 'report'}")
    terminal.wait_for("LIVE", "5 worker(s)")
    written = bytes(terminal.received)
    assert b"STALE" not in written
    assert b"DISCONNECTED" not in written


@pytest.mark.parametrize("wire", ["ymq", "zmq"])
def test_the_age_of_the_only_report_is_shown(
    wire: str, publish: Callable[..., Publisher], watch: Watch, tmp_path: Path
) -> None:
    (tmp_path / "report").write_bytes(report_bytes(5, 2))
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", wire, pause=0)
    terminal = watch("scaler_top", publisher.address).terminal
    terminal.wait_for("no report in")  # the connection is established
    publisher.ask(f"file 1 {tmp_path / 'report'}")
    terminal.wait_for("5 worker(s)")
    ages = [0]

    def is_old() -> bool:
        if told := AGE.search(terminal.text):
            ages.append(int(told[1]))
        return ages[-1] >= 6

    until(is_old)
    assert ages == sorted(ages)
    assert "LIVE" in terminal.text
    assert "no report" not in terminal.text


def test_a_killed_collector_is_reported_and_replaced(
    publish: Callable[..., Publisher], watch: Watch, tmp_path: Path
) -> None:
    (tmp_path / "report").write_bytes(report_bytes(5, 2))
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", "ymq", 0.5, str(tmp_path / "report"))
    watched = watch("scaler_top", publisher.address)
    watched.terminal.wait_for("LIVE", "5 worker(s)")
    first = watched.collector
    first.send_signal(signal.SIGSTOP)  # so that the disconnected state is drawn
    until(lambda: b"starting another" in watched.terminal.received)
    assert b"the collector is gone" in watched.terminal.received
    until(lambda: not lives(first) and watched.viewer.children())
    watched.terminal.wait_for("LIVE")
    second = watched.collector
    assert second.pid != first.pid
    os.kill(second.pid, signal.SIGKILL)
    until(lambda: watched.viewer.children() and watched.collector.pid != second.pid)
    watched.terminal.wait_for("LIVE", "5 worker(s)")
    third = watched.collector
    watched.terminal.send("q")
    assert watched.terminal.wait_exit() == 0
    watched.assert_nothing_left(first, second, third)
