"""A real collector holds one large message at a time: its connection asks the queue that is decoded from."""

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
"""On a machine that is busy a second message may come too late to find the first one in the way."""


async def test_a_large_message_is_skipped_and_counted_while_another_is_decoded() -> None:
    """Two at a time come, of which the queue alone would shed none: one is decoded, and one waits."""
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
    """Return the status once so many messages have come, and those that were not dropped are decoded."""
    while True:
        status = (await link.ask(Question("test"))).status
        is_decoded = status.report_age_seconds is not None and not status.queue_age_seconds
        if is_decoded and status.frames + status.dropped == messages:
            return status
        await asyncio.sleep(0.05)
