"""Far more than anybody can decode: memory stays, keys are answered, shedding is told, totals exact."""

import json
import subprocess
import sys

import psutil
import pytest
from bench.stream import simulator
from tests.watched import COMMANDS, until

from scaler_monitor.collector.frame_queue import FRAME_LIMIT

TASKS_PER_SECOND = 35_000
SECONDS = 8


@pytest.fixture
def flood():
    tasks = str(TASKS_PER_SECOND * SECONDS)
    with simulator(1000, 8, TASKS_PER_SECOND, "--tasks", tasks, "--wait") as stream:
        yield stream


def test_memory_stays_and_keys_are_answered(flood, watch):
    watched = watch("scaler_top", flood.address)
    terminal, collector = watched.terminal, watched.collector
    terminal.wait_for("LIVE")
    overwhelm(flood, collector)
    terminal.wait_gone(" 0 dropped")
    held = collector.memory_info().rss
    for key in "lmcfw":
        terminal.send(key)
        terminal.wait_for(
            {"l": "lag", "m": " rss", "c": "cpu", "f": "free", "w": "sent"}[key] + "▼", timeout=15
        )
    until_submitted(flood)
    assert collector.memory_info().rss - held < 60_000_000
    assert " 0 dropped" not in terminal.text


def test_totals_are_exact_whatever_is_shed(flood):
    viewer = subprocess.Popen(
        [
            *(sys.executable, COMMANDS / "scaler_top", flood.address),
            *("--once", "--after", str(SECONDS + 8), "--format", "json"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    until(lambda: flood.stats()["submitted"] > TASKS_PER_SECOND)
    overwhelm(flood, psutil.Process(viewer.pid).children()[0])
    printed, _ = viewer.communicate(timeout=60)
    told = json.loads(printed)
    assert told["source"]["dropped"] > 0
    sent = flood.stats()
    assert sent["dropped_monitors"] == 0
    assert {state: told["tasks"]["states"][state] for state in sent["states"]} == sent["states"]


def overwhelm(stream, collector):
    """Keep the collector from reading until far more waits for it than its queue takes."""
    collector.suspend()
    try:
        sent = tasks_sent(stream)
        until(lambda: tasks_sent(stream) > sent + 4 * FRAME_LIMIT, 60)
    finally:
        collector.resume()


def tasks_sent(stream):
    return stream.stats()["frames"].get("stateTask", 0)


def until_submitted(stream):
    until(lambda: stream.stats()["submitted"] >= TASKS_PER_SECOND * SECONDS, 60)
