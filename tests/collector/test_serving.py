"""The thread that answers viewers: if it fails, the collector ends with the reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scaler_monitor.collector.live_source import LiveSource
from scaler_monitor.collector.serving import Server
from scaler_monitor.collector.watch import Watch
from scaler_monitor.wire.address import parse_address
from scaler_monitor.wire.scheduler_feed import open_feed

NOBODY = "tcp://127.0.0.1:1"

DIES = (
    "import sys; from scaler_monitor.collector import collector_process, serving; "
    "serving.Server._serve = lambda self: 1 / 0; "
    "sys.exit(collector_process.run(sys.argv[1:]))"
)


def test_a_failed_thread_ends_the_collector_with_one_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DIES, NOBODY, "--endpoint", f"ipc://{tmp_path}/link"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("link failed: ZeroDivisionError: division by zero (")
    assert ended.stderr.count("\n") == 1


def test_an_endpoint_that_cannot_be_bound_is_reported_in_one_line(tmp_path: Path) -> None:
    endpoint = f"ipc://{tmp_path}/missing/link"
    ended = subprocess.run(
        [sys.executable, "-m", "scaler_monitor.collector", NOBODY, "--endpoint", endpoint],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert ended.returncode == 1
    assert ended.stderr == f"cannot answer at {endpoint}: No such file or directory\n"


def test_a_stopped_server_has_closed_zeromq(tmp_path: Path) -> None:
    watch = Watch(LiveSource(NOBODY, open_feed(parse_address(NOBODY))))
    watch.start()
    server = Server(watch, f"ipc://{tmp_path}/link")
    server.start()
    server.stop()
    watch.stop()
    assert server._socket.closed
    assert server._context.closed
