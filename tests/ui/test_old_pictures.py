"""A pane that was left for a while never shows its old content as the present one."""

from __future__ import annotations

import asyncio

import pytest
from rich.console import RenderableType
from tests.ui.still_link import NOW, StillLink
from tests.ui.watching import app_on, screen_text, settled, until
from textual.pilot import Pilot
from textual.screen import Screen

from scaler_monitor.protocol.page import Answer, Question
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.collector_polling import AnswerCame
from scaler_monitor.ui.pane import Pane


class SlowLink(StillLink):
    """Answers when the test allows it."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        """Wait, then answer."""
        await self.may_answer.wait()
        return await super().ask(question, timeout)


def has_answered_tables(pane: Pane | None) -> bool:
    return pane is not None and bool(pane.tables) and all(table.answered for table in pane.tables)


async def from_top_to_tabs(pilot: Pilot[None]) -> None:
    await settled(pilot)
    await until(pilot, lambda: "node-0001" in screen_text(pilot.app))
    await pilot.press("v")
    app = pilot.app
    assert isinstance(app, MonitorApp)
    await until(pilot, lambda: app.body.base == "live" and "node-0001" in screen_text(app))


async def test_an_old_screen_is_covered_until_the_first_answer() -> None:
    link = SlowLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await from_top_to_tabs(pilot)
        top = app.body._bases["top"]
        link.may_answer.clear()
        top.shown_at -= 60
        await pilot.press("v")
        await until(pilot, lambda: "waiting for current data" in screen_text(app))
        assert app.body.pane is top
        assert "node-0001" not in screen_text(app)
        assert "success" not in screen_text(app)
        link.may_answer.set()
        await until(pilot, lambda: "node-0001" in screen_text(app))
        assert "waiting for current data" not in screen_text(app)


async def test_a_recent_screen_is_shown_at_once() -> None:
    link = SlowLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await from_top_to_tabs(pilot)
        link.may_answer.clear()
        app.body._bases["top"].shown_at += 3600
        await pilot.press("v")
        await until(pilot, lambda: app.body.base == "top" and "node-0001" in screen_text(app))


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the painted screens since the test cleared the list."""
    screens: list[str] = []
    paint = MonitorApp._display

    def watched(app: MonitorApp, screen: Screen[None], renderable: RenderableType | None) -> None:
        if not app._batch_count:
            screens.append(screen_text(app))
        paint(app, screen, renderable)

    monkeypatch.setattr(MonitorApp, "_display", watched)
    return screens


async def test_an_old_screen_is_not_painted_before_the_new_one(
    monkeypatch: pytest.MonkeyPatch, painted: list[str]
) -> None:
    link = SlowLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await from_top_to_tabs(pilot)
        monkeypatch.setattr("scaler_monitor.ui.body.HOLD_SECONDS", 600.0)
        link.may_answer.clear()
        app.body._bases["top"].shown_at -= 60
        painted.clear()
        await pilot.press("v")
        await until(pilot, lambda: app.body.base == "top")
        await pilot.pause(0.1)
        assert not painted
        link.may_answer.set()
        await until(pilot, lambda: bool(painted))
        assert "node-0001" in painted[0]
        assert " Total 2 manager(s)" in painted[0], "not the place that was gone to"


async def test_a_new_pane_is_painted_with_its_answer(
    monkeypatch: pytest.MonkeyPatch, painted: list[str]
) -> None:
    link = SlowLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "node-0001" in screen_text(app))
        await pilot.pause(0.1)
        monkeypatch.setattr("scaler_monitor.ui.body.HOLD_SECONDS", 600.0)
        link.may_answer.clear()
        painted.clear()
        await pilot.press("v")
        await until(pilot, lambda: app.body.base == "live" and app.body.entered.is_set())
        await pilot.pause(0.1)
        assert not painted
        link.may_answer.set()
        await until(pilot, lambda: bool(painted))
        assert "node-0001" in painted[0]


async def test_a_new_pane_is_painted_empty_if_its_answer_is_slow() -> None:
    link = SlowLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "node-0001" in screen_text(app))
        link.may_answer.clear()
        await pilot.press("v")
        await until(pilot, lambda: "worker(s)" not in screen_text(app) and "worker" in screen_text(app))
        assert "waiting for current data" not in screen_text(app)


async def test_help_waits_for_no_answer(monkeypatch: pytest.MonkeyPatch, painted: list[str]) -> None:
    monkeypatch.setattr("scaler_monitor.ui.body.HOLD_SECONDS", 600.0)
    link = SlowLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        link.may_answer.clear()
        await pilot.press("question_mark")
        await until(pilot, lambda: any("all keys, on one page" in screen for screen in painted))


async def test_an_answer_for_another_pane_is_not_drawn_and_the_question_repeated() -> None:
    link = SlowLink()
    app = MonitorApp(link, clock=lambda: NOW, interval=600.0, glyphs="unicode")
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: has_answered_tables(app.body.pane))
        own = app.session.question()
        answer = (await link.ask(own))._replace(facts=[("id", "a stranger")])
        await pilot.pause(0.1)
        link.questions.clear()
        app.post_message(AnswerCame(own._replace(facts_id="Worker|stranger"), answer))
        await until(pilot, lambda: link.questions, "nothing was asked for in its place")
        assert "a stranger" not in screen_text(app)
        app.post_message(AnswerCame(own, answer))
        await until(pilot, lambda: "a stranger" in screen_text(app))


async def test_a_known_pane_asks_once_during_layout() -> None:
    link = StillLink()
    app = MonitorApp(link, clock=lambda: NOW, interval=600.0, glyphs="unicode")
    async with app.run_test(size=(100, 30)) as pilot:
        await from_top_to_tabs(pilot)
        await pilot.pause(0.1)
        link.questions.clear()
        app.body._bases["top"].shown_at -= 60
        await pilot.press("v")
        await until(pilot, lambda: app.body.base == "top" and "node-0001" in screen_text(app))
        await pilot.pause(0.1)
        assert [[asked.table for asked in question.tables] for question in link.questions] == [["workers"]]
