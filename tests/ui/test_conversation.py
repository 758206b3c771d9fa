"""When the viewer asks."""

from __future__ import annotations

import asyncio
import contextlib

from tests.ui.still_link import STATUS, StillLink
from textual.message import Message

from scaler_monitor.ui.conversation import AnswerCame, Conversation
from scaler_monitor.views.page import Answer, Question


class LateLink(StillLink):
    """The scheduler's first report is there for the fourth question."""

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

    conversation = Conversation(LateLink(5), lambda: Question("viewer"), tell, interval=3600.0)
    asking = asyncio.create_task(conversation.run())
    await asyncio.wait_for(reported.wait(), 30)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
