"""Output without a screen, and the life cycle of both processes, with a real scheduler.

Tests that need no cluster are first: a running one slows down everything else.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.present import present
from tests.transport.conftest import Publisher
from tests.transport.reports import report_bytes
from tests.watched import until

from scaler_monitor.demo.local_cluster import LocalCluster
from scaler_monitor.demo.ports import free_ports
from scaler_monitor.link.interface import CollectorGone
from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.protocol.page import Question, TableQuestion

COMMAND = "import sys; from scaler_monitor.cli.main import top; sys.exit(top())"
pytestmark = pytest.mark.peer


@pytest.fixture
def busy(publish: Callable[..., Publisher], tmp_path: Path) -> str:
    """The address of a publisher that keeps a collector busy: a hundred reports per second."""
    (tmp_path / "report").write_bytes(report_bytes(50, 2))
    return publish(f"tcp://127.0.0.1:{free_ports()}", "ymq", 0.01, str(tmp_path / "report")).address


def start(*arguments: str, command: str = COMMAND, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.parametrize(("wire", "timeout"), [("ymq", "6"), ("zmq", "1")])
def test_connected_without_a_report_is_exit_3_and_says_for_how_long(
    wire: str, timeout: str, publish: Callable[..., Publisher]
) -> None:
    publisher = publish(f"tcp://127.0.0.1:{free_ports()}", wire, pause=0)
    viewer = start(publisher.address, "--once", "-t", timeout)
    out, err = viewer.communicate(timeout=150)
    assert (viewer.returncode, out) == (3, "")
    assert re.search(rf"no report within \d+\.\d s: .*{publisher.address}.*own port.* --timeout", err)
    assert err.count(publisher.address) == err.count("\n") == 1


@pytest.mark.parametrize("endpoint", ["closed", "http"])
def test_no_scheduler_is_exit_3_in_one_line(endpoint: str) -> None:
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parent,
    )  # fmt: skip
    try:
        port = present(server.stdout).readline().split(" port ")[1].split()[0]
        address = f"tcp://127.0.0.1:{port if endpoint == 'http' else 1}"
        viewer = start(address, "--once", "-t", "1.5")
        out, err = viewer.communicate(timeout=150)
    finally:
        server.kill()
        server.communicate()
    assert (viewer.returncode, out) == (3, "")
    assert f"no scheduler within 1.5 s: {address}: " in err
    assert err.count(address) == err.count("\n") == 1


def test_batch_goes_on_with_another_collector(reporting: str) -> None:
    viewer = start(reporting, "--batch", "-d", "0.3", "--format", "json", "-t", "60")
    present(viewer.stdout).readline()
    (first,) = psutil.Process(viewer.pid).children()
    first.kill()
    said = present(viewer.stderr).readline()
    assert "SIGKILL" in said
    assert "starting another" in said
    until(lambda: [child for child in psutil.Process(viewer.pid).children() if child.pid != first.pid])
    printed = [json.loads(present(viewer.stdout).readline()) for _ in range(3)]
    assert printed[-1]["source"]["connected"]
    viewer.send_signal(signal.SIGINT)
    _, err = viewer.communicate(timeout=60)
    assert (viewer.returncode, err) == (130, "")


def test_a_reader_that_closes_ends_batch_quietly(reporting: str) -> None:
    viewer = start(reporting, "--batch", "-d", "0.1", "-t", "60")
    present(viewer.stdout).readline()
    present(viewer.stdout).close()
    assert viewer.wait(60) == 0
    assert present(viewer.stderr).read() == ""


def test_interrupted_is_130_and_leaves_nothing(reporting: str, tmp_path: Path) -> None:
    viewer = start(reporting, "--batch", "-t", "60", env={**os.environ, "TMPDIR": str(tmp_path)})
    present(viewer.stdout).readline()
    (collector,) = psutil.Process(viewer.pid).children()
    viewer.send_signal(signal.SIGINT)
    assert viewer.wait(60) == 130
    assert present(viewer.stderr).read() == ""
    until(lambda: not collector.is_running())
    assert list(tmp_path.iterdir()) == []


def test_viewer_killed_takes_its_collector_along(reporting: str, tmp_path: Path) -> None:
    viewer = start(reporting, "--batch", "-t", "60", env={**os.environ, "TMPDIR": str(tmp_path)})
    present(viewer.stdout).readline()
    (collector,) = psutil.Process(viewer.pid).children()
    assert os.getsid(collector.pid) == collector.pid
    viewer.kill()
    viewer.wait()
    until(lambda: not collector.is_running())
    until(lambda: list(tmp_path.iterdir()) == [])


def test_stopped_viewer_does_not_stop_the_reading(busy: str) -> None:
    viewer = start(busy, "--batch", "-t", "60")
    present(viewer.stdout).readline()
    (collector,) = psutil.Process(viewer.pid).children()
    viewer.send_signal(signal.SIGSTOP)
    try:
        used = collector.cpu_times().user
        until(lambda: collector.cpu_times().user > used + 0.05)
        assert collector.status() != psutil.STATUS_STOPPED
    finally:
        viewer.send_signal(signal.SIGCONT)
        viewer.kill()
        viewer.communicate()


async def test_killed_collector_is_named_and_another_started(reporting: str) -> None:
    link = ProcessLink(reporting)
    question = Question("test", tables=(TableQuestion("workers"),))
    try:
        await link.ask(question, 60)
        os.kill(present(link.collector_pid), signal.SIGKILL)
        with pytest.raises(CollectorGone, match="SIGKILL"):
            await link.ask(question, 60)
        await link.restart()
        assert (await link.ask(question, 60)).status.time > 0
    finally:
        await link.close()


async def test_a_silent_viewer_keeps_its_collector(busy: str) -> None:
    link = ProcessLink(busy, ["--viewer-silence", "0.1"])
    try:
        await link.ping(60)
        collector = psutil.Process(link.collector_pid)
        used = collector.cpu_times().user
        until(lambda: collector.cpu_times().user > used + 0.1)
        await link.ping(60)
        assert link.collector_pid == collector.pid
    finally:
        await link.close()


def test_once_prints_one_document(scheduler: LocalCluster) -> None:
    viewer = start(scheduler.monitor_address, "--once", "--format", "json", "-t", "60")
    out, err = viewer.communicate(timeout=150)
    assert (viewer.returncode, err) == (0, "")
    told = json.loads(out)
    assert told["schema"] == 1
    assert told["source"]["wire"] == "ymq"
    assert told["source"]["malformed"] == 0
    assert len(told["managers"]) == 2


def test_the_text_of_the_tabs_again_and_again(scheduler: LocalCluster) -> None:
    command = COMMAND.replace("top", "gui")
    viewer = start(
        scheduler.monitor_address, *["--batch", "-d", "0.1", "-n", "2", "-t", "60"], command=command
    )
    out, err = viewer.communicate(timeout=150)
    assert (viewer.returncode, err) == (0, "")
    first, second = re.split(r"\n\n(?=\d{4}-\d\d-\d\d )", out)
    for report in (first, second):
        for title in ("Total ", "Tasks (", "Functions (", "Machines (", "Clients (", "Objects ("):
            assert f"\n{title}" in report


@pytest.mark.parametrize("wire", ["zmq"], indirect=True)
def test_batch_over_zmq_prints_a_document_a_line(scheduler: LocalCluster) -> None:
    viewer = start(
        scheduler.monitor_address, *["--batch", "-d", "0.3", "-n", "3", "--format", "json", "-t", "60"]
    )
    out, _ = viewer.communicate(timeout=150)
    assert viewer.returncode == 0
    sources = [json.loads(line)["source"] for line in out.splitlines()]
    assert [source["wire"] for source in sources] == ["zmq"] * 3
    assert sources[0]["terminal_bytes_per_second"] is None
    for source in sources:
        assert source["viewer_cpu_percent"] >= 0
        assert source["viewer_rss_bytes"] > 1 << 20
    assert sources[-1]["terminal_bytes_per_second"] > 100
