"""How the screen shows a scheduler that freezes, exits and restarts, and a link that goes dead."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.terminal import Terminal
from tests.transport.conftest import Publisher
from tests.transport.relay import Relay
from tests.transport.reports import report_bytes
from tests.transport.test_real_publishers import every_transport, place
from tests.watched import Watch

pytestmark = pytest.mark.peer

Publish = Callable[..., Publisher]
REPORT_SECONDS = 0.2


@pytest.fixture
def report(tmp_path: Path) -> str:
    """A file with the report of a small cluster."""
    path = tmp_path / "report"
    path.write_bytes(report_bytes(5, 2))
    return str(path)


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder with a short path, so that a problem text with it fits on a line."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="s") as folder:
        yield Path(folder)


def follow_frozen_then_ended(
    scheme: str, wire: str, freeze_seconds: float, publish: Publish, watch: Watch, report: str, folder: Path
) -> dict[str, float]:
    """Freeze the scheduler, kill it and start another; return the seconds from the restart to LIVE."""
    address = place(scheme, folder)
    publisher = publish(address, wire, REPORT_SECONDS, report)
    terminal = watch("scaler_top", publisher.address).terminal
    until_live(terminal)
    os.kill(publisher.process.pid, signal.SIGSTOP)
    thaw_at = time.monotonic() + freeze_seconds
    terminal.wait_for("STALE")
    time.sleep(max(0.0, thaw_at - time.monotonic()))
    assert "LIVE" not in terminal.text
    os.kill(publisher.process.pid, signal.SIGCONT)
    seconds = {"thawed": until_live(terminal)}
    publisher.kill()
    terminal.wait_for("DISCONNECTED", "since ")
    if scheme == "ipc":  # a killed YMQ scheduler leaves its socket, and refuses to bind there again
        (folder / "monitor").unlink()
    publish(address, wire, REPORT_SECONDS, report)
    seconds["back"] = until_live(terminal)
    return seconds


def until_live(terminal: Terminal) -> float:
    """Wait for LIVE with workers; return the seconds it took."""
    started = time.monotonic()
    terminal.wait_for("LIVE", "5 worker(s)")
    return time.monotonic() - started


@every_transport
def test_a_scheduler_that_freezes_exits_and_restarts(
    scheme: str,
    wire: str,
    publish: Publish,
    watch: Watch,
    report: str,
    short_path: Path,
) -> None:
    follow_frozen_then_ended(scheme, wire, 0, publish, watch, report, short_path)


@pytest.mark.soak
@every_transport
def test_a_scheduler_that_freezes_for_30_seconds(
    scheme: str, wire: str, publish: Publish, watch: Watch, report: str, short_path: Path
) -> None:
    seconds = follow_frozen_then_ended(scheme, wire, 30, publish, watch, report, short_path)
    print(
        f"{scheme} {wire}: LIVE {seconds['thawed']:.1f} s after the thaw, {seconds['back']:.1f} s when back"
    )
    assert max(seconds.values()) < 5


@pytest.mark.parametrize(("scheme", "wire"), [("tcp", "ymq"), ("tcp", "zmq"), ("wss", "ymq")])
def test_a_silent_connection_is_stale_and_recovers(
    scheme: str,
    wire: str,
    publish: Publish,
    watch: Watch,
    relay: Callable[[str], Relay],
    report: str,
    short_path: Path,
) -> None:
    publisher = publish(place(scheme, short_path), wire, REPORT_SECONDS, report)
    between = relay(publisher.address)
    terminal = watch("scaler_top", between.address).terminal
    until_live(terminal)
    between.stop_forwarding()
    terminal.wait_for("STALE", "a fresh connection is not greeted")
    between.resume_forwarding()
    until_live(terminal)
    terminal.wait_gone("STALE")
