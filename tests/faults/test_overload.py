"""More frames than can be decoded: memory is bounded, keys work, shedding is shown, totals are exact."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from bench.stream import Simulator, simulator
from tests.present import present
from tests.watched import COMMANDS, Watch, until

from scaler_monitor.collector.frame_queue import FRAME_LIMIT

TASKS_PER_SECOND = 35_000
SECONDS = 8


@pytest.fixture
def flood() -> Iterator[Simulator]:
    tasks = str(TASKS_PER_SECOND * SECONDS)
    with simulator(1000, 8, TASKS_PER_SECOND, "--tasks", tasks, "--wait") as stream:
        yield stream


def test_memory_is_bounded_and_keys_work(flood: Simulator, watch: Watch) -> None:
    watched = watch("scaler_top", flood.address)
    terminal, collector = watched.terminal, watched.collector
    terminal.wait_for("LIVE")
    overwhelm(flood, collector)
    terminal.wait_gone(" 0 dropped")
    held = collector.memory_info().rss
    for key in "lmcfw":
        terminal.send(key)
        terminal.wait_for({"l": "lag", "m": " rss", "c": "cpu", "f": "free", "w": "sent"}[key] + "▼")
    until_submitted(flood)
    assert collector.memory_info().rss - held < 60_000_000
    assert " 0 dropped" not in terminal.text


def test_totals_are_exact_when_frames_are_dropped(flood: Simulator) -> None:
    viewer = subprocess.Popen(
        [
            *(sys.executable, COMMANDS / "scaler_top", flood.address),
            *("--batch", "--format", "json", "-t", "60"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    with viewer:
        try:
            present(viewer.stdout).readline()
            (collector,) = psutil.Process(viewer.pid).children()
            overwhelm(flood, collector)
            until_submitted(flood)

            def told_and_sent() -> tuple[dict[str, Any], dict[str, Any], dict[str, int]]:
                told, sent = json.loads(present(viewer.stdout).readline()), flood.stats()
                return told, sent, {state: told["tasks"]["states"][state] for state in sent["states"]}

            until(lambda: (latest := told_and_sent())[2] == latest[1]["states"], 120)
            told, sent, _ = told_and_sent()
        finally:
            viewer.kill()
    assert told["source"]["dropped"] > 0
    assert sent["dropped_monitors"] == 0


def overwhelm(stream: Simulator, collector: psutil.Process) -> None:
    """Stop the collector until far more frames are waiting than its queue can hold."""
    collector.suspend()
    try:
        sent = tasks_sent(stream)
        until(lambda: tasks_sent(stream) > sent + 4 * FRAME_LIMIT, 120)
    finally:
        collector.resume()


def tasks_sent(stream: Simulator) -> int:
    sent: int = stream.stats()["frames"].get("stateTask", 0)
    return sent


def until_submitted(stream: Simulator) -> None:
    until(lambda: stream.stats()["submitted"] >= TASKS_PER_SECOND * SECONDS, 120)
