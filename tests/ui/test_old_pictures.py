"""A place that was left for a while never shows its old picture as that of now."""

from __future__ import annotations

import asyncio

from tests.ui.still_link import StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.views.page import Answer, Question


class SlowLink(StillLink):
    """Answers once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        """Wait, then answer."""
        await self.may_answer.wait()
        return await super().ask(question, timeout)


async def test_an_old_picture_is_covered_until_the_first_answer() -> None:
    link = SlowLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "node-0001" in screen_text(app))
        await pilot.press("v")
        await until(pilot, lambda: app.body.base == "live" and "node-0001" in screen_text(app))
        top = app.body._bases["top"]
        link.may_answer.clear()
        top.shown_at -= 60
        await pilot.press("v")
        await until(pilot, lambda: app.pane is top)
        assert "node-0001" not in screen_text(app)
        assert "success" not in screen_text(app)
        assert "asking for what is now" in screen_text(app)
        link.may_answer.set()
        await until(pilot, lambda: "node-0001" in screen_text(app))
        assert "asking for what is now" not in screen_text(app)


async def test_a_picture_of_a_moment_ago_is_shown_at_once() -> None:
    link = SlowLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await pilot.press("v")
        await until(pilot, lambda: app.body.base == "live" and "node-0001" in screen_text(app))
        link.may_answer.clear()
        app.body._bases["top"].shown_at += 3600
        await pilot.press("v")
        await until(pilot, lambda: app.body.base == "top" and "node-0001" in screen_text(app))
