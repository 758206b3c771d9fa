"""A message over the limit is cheap, is counted, and does not hide what comes after it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.transport.hostile import MIB, Hostile, Speech, filling, websocket, ymq, zmtp
from tests.transport.read_alone import most_resident
from tests.transport.reports import report_bytes
from tests.watched import COMMANDS

HUGE = 250 * MIB
MOST_OF_COLLECTOR = 120 * MIB
"""The test starts with half of that."""


@pytest.mark.parametrize("kind", ["tcp", "zmq", "ws"])
def test_it_is_counted_and_the_next_report_is_shown(kind: str, certificate: list[str]) -> None:
    def said(payload: bytes) -> bytes:
        if kind == "zmq":
            return zmtp(len(payload)) + payload
        framed = ymq(len(payload)) + payload
        return websocket(len(framed)) + framed if kind == "ws" else framed

    def speech() -> Speech:
        if kind == "ws":
            yield websocket(HUGE + 8)
        yield zmtp(HUGE) if kind == "zmq" else ymq(HUGE)
        yield from filling(HUGE)
        while True:
            yield said(report_bytes(5, 2))
            time.sleep(0.1)

    hostile = Hostile(kind, speech, certificate)
    command: list[str | Path] = [
        sys.executable,
        COMMANDS / "scaler_top",
        hostile.address,
        "--batch",
        "--format",
        "json",
        "-t",
        "60",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as viewer:
        assert viewer.stdout is not None
        try:
            told = json.loads(viewer.stdout.readline())
            (collector,) = psutil.Process(viewer.pid).children()
            held = most_resident(collector.pid)
        finally:
            viewer.kill()
            hostile.close()
    assert len(told["workers"]) == 5
    assert told["source"]["malformed"] == 1
    assert told["source"]["connects"] == 1
    assert held < MOST_OF_COLLECTOR
