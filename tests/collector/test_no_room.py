"""A real collector holds one large message at a time: the connection checks the queue."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing

from tests.transport.hostile import Hostile, Speech, filling, ymq
from tests.transport.reports import report_bytes

from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.protocol.page import Question, Status
from scaler_monitor.wire.frame_limits import LARGE_FRAME

PAIRS = 20
"""On a busy machine the second message may arrive after the first one was decoded."""


async def test_a_large_message_is_skipped_and_counted_while_another_is_decoded() -> None:
    """Two messages arrive at a time; the queue alone would drop none: one is decoded, and one waits."""
    report = report_bytes(60_000, 2)
    wanted = threading.Semaphore(0)

    def speech() -> Speech:
        for _ in range(PAIRS):
            wanted.acquire()
            yield ymq(len(report)) + report
            yield ymq(LARGE_FRAME + 1)
            yield from filling(LARGE_FRAME + 1)

    with closing(Hostile("tcp", speech, [])) as hostile:
        link = ProcessLink(hostile.address)
        try:
            for pair in range(1, PAIRS + 1):
                wanted.release()
                status = await _when_done_with(link, 2 * pair)
                if status.dropped:
                    break
        finally:
            for _ in range(PAIRS):
                wanted.release()
            await link.close()
    assert status.dropped == 1


async def _when_done_with(link: ProcessLink, messages: int) -> Status:
    """Return the status after this many messages arrived and those not dropped were decoded."""
    while True:
        status = (await link.ask(Question("test"))).status
        is_decoded = status.report_age_seconds is not None and not status.queue_age_seconds
        if is_decoded and status.frames + status.dropped == messages:
            return status
        await asyncio.sleep(0.05)
