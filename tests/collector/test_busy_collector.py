"""The link waits for a real collector that uses CPU, but not for a stopped one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest
from tests.watched import until

from scaler_monitor.link.interface import CollectorGone
from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.protocol.page import Question

NOBODY = "tcp://127.0.0.1:1"

BUSY = """
import threading, time
from scaler_monitor.collector import watch

answer = watch.Watch.answer

def slow(self, question):
    until = time.process_time() + 1.5
    while question.viewer == "busy" and time.process_time() < until:
        pass
    return answer(self, question)

watch.Watch.answer = slow
"""
"""Makes the collector use CPU before it answers the viewer "busy"."""


@pytest.fixture
def busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif 'scaler_monitor.collector' in sys.orig_argv:\n"
        + "".join(f"    {line}\n" for line in BUSY.strip().splitlines())
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@pytest.mark.usefixtures("busy")
async def test_a_busy_collector_is_not_replaced_after_the_timeout() -> None:
    link = ProcessLink(NOBODY)
    try:
        await link.ask(Question("test"))
        pid = link.collector_pid
        assert (await link.ask(Question("busy"), timeout=0.5)).status.address == NOBODY
        assert link.collector_pid == pid
    finally:
        await link.close()


async def test_a_stopped_collector_is_given_up() -> None:
    link = ProcessLink(NOBODY)
    try:
        await link.ask(Question("test"))
        assert link.collector_pid is not None
        os.kill(link.collector_pid, signal.SIGSTOP)
        until(lambda: psutil.Process(link.collector_pid).status() == psutil.STATUS_STOPPED)
        with pytest.raises(CollectorGone, match="did not answer"):
            await link.ask(Question("test"), timeout=1.0)
    finally:
        await link.close()
