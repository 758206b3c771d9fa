"""The link of a viewer to its collector process, if that starts slowly."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path

import psutil
import pytest
from tests.watched import until

from scaler_monitor.link import process_link
from scaler_monitor.link.child import CollectorChild
from scaler_monitor.link.interface import CollectorGone
from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.protocol.page import Question

NOBODY = "tcp://127.0.0.1:1"


async def test_the_event_loop_is_not_blocked_while_a_collector_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = ProcessLink(NOBODY)
    spawning, went_on = threading.Event(), threading.Event()

    def spawn(address: str, options: tuple[str, ...]) -> CollectorChild:
        spawning.set()
        assert went_on.wait(10), "the event loop stood still"
        return CollectorChild(address, options)

    async def go_on() -> None:
        while not spawning.is_set():
            await asyncio.sleep(0.01)
        went_on.set()

    monkeypatch.setattr(process_link, "CollectorChild", spawn)
    try:
        await asyncio.gather(link.restart(), go_on())
        assert (await link.ask(Question("test"))).status.address == NOBODY
    finally:
        await link.close()


async def test_a_collector_that_is_slow_to_start_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow_python = tmp_path / "python"
    slow_python.write_text(f'#!/bin/sh\nsleep 1\nexec {sys.executable} "$@"\n')
    slow_python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow_python))
    link = ProcessLink(NOBODY)
    try:
        assert (await link.ask(Question("test"), timeout=0.1)).status.address == NOBODY
    finally:
        await link.close()


async def test_the_cpu_time_of_a_collector_is_read_only_while_no_answer_arrives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = ProcessLink(NOBODY)
    asked: list[float] = []
    cpu_seconds = CollectorChild.cpu_seconds

    def measured(child: CollectorChild) -> float:
        asked.append(cpu_seconds(child))
        return asked[-1]

    monkeypatch.setattr(CollectorChild, "cpu_seconds", measured)
    try:
        await link.ask(Question("test"))
        asked.clear()
        for _ in range(5):
            await link.ask(Question("test"))
        assert not asked
        assert link.collector_pid is not None
        collector = psutil.Process(link.collector_pid)
        collector.suspend()
        until(lambda: collector.status() == psutil.STATUS_STOPPED)
        with pytest.raises(CollectorGone, match="did not answer"):
            await link.ask(Question("test"), timeout=0.4)
        assert len(asked) > 1
    finally:
        await link.close()


async def test_a_cancelled_close_kills_a_stopped_collector_at_once() -> None:
    before = set(threading.enumerate())
    link = ProcessLink(NOBODY)
    await link.ask(Question("test"))
    assert link.collector_pid is not None
    assert link._child is not None
    collector, folder = psutil.Process(link.collector_pid), link._child.folder
    os.kill(collector.pid, signal.SIGSTOP)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(link.close(), 0.05)
    assert not [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    assert not folder.exists()
    psutil.wait_procs([collector], 30)
    assert not collector.is_running()
