"""A collector runs as long as the process of its viewer, whether that is stopped, silent or killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.offspring import Offspring
from tests.watched import until

from scaler_monitor.link import process_link
from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.protocol.page import Question

NOBODY = "tcp://127.0.0.1:1"
SHORT_SILENCE = 0.5
LONG_SILENCE = 1000.0

ASKS = f"""
import asyncio, os, sys, time
from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.protocol.page import Question

async def ask():
    link = ProcessLink("{NOBODY}", ["--viewer-silence", sys.argv[1]])
    while True:
        answer = await link.ask(Question("test"), 60)
        print(link.collector_pid, answer.status.started, flush=True)
        if not sys.stdin.readline():
            return
        if len(sys.argv) > 2 and os.fork() == 0:
            time.sleep(600)

asyncio.run(ask())
"""
"""A viewer that asks for each line of its input, and may fork a child."""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a viewer; its processes are killed after the test."""
    marked = Offspring()

    def begin(*arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", ASKS, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=marked.environment,
        )

    yield begin
    marked.kill()


def answer(viewer: subprocess.Popen[str]) -> str:
    """Return the process id and start time of the collector, which the viewer prints next."""
    assert viewer.stdout is not None
    return viewer.stdout.readline()


def ask_again(viewer: subprocess.Popen[str]) -> None:
    assert viewer.stdin is not None
    viewer.stdin.write("again\n")
    viewer.stdin.flush()


def test_a_stopped_viewer_keeps_its_history(start: Start) -> None:
    viewer = start(SHORT_SILENCE)
    before = answer(viewer)
    collector = psutil.Process(int(before.split()[0]))
    viewer.send_signal(signal.SIGSTOP)
    used = sum(collector.cpu_times()[:2])
    until(lambda: psutil.Process(viewer.pid).status() == psutil.STATUS_STOPPED)
    time.sleep(4 * SHORT_SILENCE)
    until(lambda: sum(collector.cpu_times()[:2]) > used)
    viewer.send_signal(signal.SIGCONT)
    ask_again(viewer)
    assert answer(viewer) == before
    viewer.kill()
    viewer.communicate()
    until(lambda: not collector.is_running())


def test_a_child_of_a_killed_viewer_does_not_keep_the_collector_alive(start: Start) -> None:
    viewer = start(LONG_SILENCE, "fork")
    collector = psutil.Process(int(answer(viewer).split()[0]))
    ask_again(viewer)
    answer(viewer)
    assert [child for child in psutil.Process(viewer.pid).children() if child.pid != collector.pid]
    viewer.kill()
    until(lambda: not collector.is_running())
    viewer.wait()


def test_a_collector_without_a_lifeline_exits_after_silence(tmp_path: Path) -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "scaler_monitor.collector", NOBODY),
            *("--endpoint", f"ipc://{tmp_path}/link", "--viewer-silence", "0.1"),
        ],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (ended.returncode, ended.stderr) == (0, "its viewer was silent for 0.1 s\n")


async def test_a_viewer_stopped_while_waiting_gets_the_answer_when_continued(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Stopping:
        """Each reading of the clock is 1000 s after the one before, as if the process had been stopped."""

        now = 0.0

        def monotonic(self) -> float:
            self.now += 1000.0
            return self.now

    link = ProcessLink(NOBODY)
    try:
        await link.ask(Question("test"), 60)
        clock: Any = Stopping()
        monkeypatch.setattr(process_link, "time", clock)
        assert (await link.ask(Question("test"))).status.address == NOBODY
    finally:
        monkeypatch.undo()
        await link.close()
