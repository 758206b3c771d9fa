"""A screen with a log: log lines are not drawn, and the log has events that the screen does not show."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.watched import Watch, until


@pytest.fixture
def address() -> Iterator[str]:
    with simulator(5, 1, 5) as stream:
        yield stream.address


def test_the_log_has_settings_and_collectors_that_died(address: str, watch: Watch, tmp_path: Path) -> None:
    log = tmp_path / "m.log"
    environment = {"SCALER_MONITOR_LOG": str(log), "SCALER_MONITOR_SCALE": "round"}
    watched = watch("scaler_top", address, env=environment)
    watched.terminal.wait_for("LIVE", "Worker|")
    first = watched.collector.pid
    os.kill(first, signal.SIGKILL)
    watched.terminal.wait_for("another collector reads since")
    assert watched.collector.pid != first
    watched.terminal.send("q")
    assert watched.terminal.wait_exit() == 0
    watched.assert_restored()
    assert b"INFO" not in watched.terminal.received
    told = log.read_text()
    assert "WARNING scaler_monitor.cli.screen: settings: environment: scale must be" in told
    assert "no answer from the collector: the collector ended by SIGKILL" in told
    assert len(re.findall(r"collector \d+ is started", told)) == 2
    assert told.endswith("scaler_top ends with exit code 0\n")


def test_a_closed_terminal_is_logged(address: str, watch: Watch, tmp_path: Path) -> None:
    log = tmp_path / "m.log"
    watched = watch("scaler_top", address, "--log-file", str(log))
    watched.terminal.wait_for("LIVE", "Worker|")
    watched.terminal.hang_up()
    assert watched.terminal.process.wait(60) in (129, -signal.SIGHUP)
    until(lambda: re.search("hung up|exit code 129", log.read_text()))
