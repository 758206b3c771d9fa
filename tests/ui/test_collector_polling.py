"""The times of the viewer's questions."""

from __future__ import annotations

import asyncio
import contextlib

from tests.ui.still_link import STATUS, StillLink
from textual.message import Message

from scaler_monitor.link.interface import CollectorGone
from scaler_monitor.protocol.page import Answer, Question
from scaler_monitor.ui.collector_polling import AnswerCame, CollectorPolling


class LateLink(StillLink):
    """The first report arrives with the fourth answer."""

    asked = 0

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        answer = await super().ask(question, timeout)
        self.asked += 1
        return answer._replace(status=STATUS if self.asked > 3 else STATUS._replace(report_age_seconds=None))


async def test_until_the_first_report_questions_do_not_wait_for_the_interval() -> None:
    reported = asyncio.Event()

    def tell(message: Message) -> None:
        if isinstance(message, AnswerCame) and message.answer.status.report_age_seconds is not None:
            reported.set()

    polling = CollectorPolling(LateLink(5), lambda: Question("viewer"), tell, interval=3600.0)
    asking = asyncio.create_task(polling.run())
    await asyncio.wait_for(reported.wait(), 30)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking


class RestartingLink(StillLink):
    """Fails at the first question, and accepts no question during a restart."""

    def __init__(self) -> None:
        super().__init__(5)
        self.restarting, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.asked_meanwhile = 0

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        if not self.restarting.is_set():
            raise CollectorGone("lost")
        self.asked_meanwhile += not self.may_go_on.is_set()
        return await super().ask(question, timeout)

    async def restart(self) -> None:
        self.restarting.set()
        await self.may_go_on.wait()


async def test_questions_wait_while_the_link_restarts() -> None:
    link = RestartingLink()
    polling = CollectorPolling(link, lambda: Question("viewer"), lambda message: None, interval=3600.0)
    asking = asyncio.create_task(polling.run())
    await asyncio.wait_for(link.restarting.wait(), 30)
    between = asyncio.create_task(polling.ask(Question("copy")))
    for _ in range(10):
        await asyncio.sleep(0)
    link.may_go_on.set()
    assert (await asyncio.wait_for(between, 30)).status == STATUS
    assert link.asked_meanwhile == 0
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
