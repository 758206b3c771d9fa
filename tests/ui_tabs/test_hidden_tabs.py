"""A hidden tab costs nothing: no questions, no lines, no repaints."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.scenario import SECONDS, START, events, status_at
from tests.ui_tabs.test_tabs import KEYS, is_at, until
from textual.widget import Widget

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.page import Answer, Question
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.tab_list import all_tabs


class Recording(InProcessLink):
    """Records every question."""

    questions: list[Question]

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        """Keep, and answer."""
        self.questions.append(question)
        return await super().ask(question, timeout)


def pane_of(widget: Widget) -> Pane | None:
    """Return the pane that contains a widget."""
    return next((node for node in widget.ancestors_with_self if isinstance(node, Pane)), None)


@pytest.mark.parametrize("key", ["1", "3", "4", "9"])
async def test_hidden_tabs_ask_and_draw_nothing(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """After a visit to all ten tabs, only the visible one works."""
    story = list(events(SECONDS))
    model, now = ClusterModel(START), START
    cluster = model.state
    model.feed_changed(True, START)
    for now, batch in story[:-10]:
        model.apply_many(batch, now)
    link = Recording(cluster, lambda: now, status_at(cluster, now))
    link.questions = []
    app = MonitorApp(link, start="tabs", clock=lambda: now, interval=0.05)
    drawn: list[Widget] = []

    def watch(name: str) -> None:
        real = getattr(Widget, name)

        def seen(self: Widget, *arguments: Any, **options: Any) -> Any:
            drawn.append(self)
            return real(self, *arguments, **options)

        monkeypatch.setattr(Widget, name, seen)

    def were_asked(count: int) -> bool:
        return len(link.questions) >= count

    async with app.run_test(size=(120, 40)) as pilot:
        for visited in KEYS + key:
            await pilot.press(visited)
            title = all_tabs()[KEYS.index(visited)].title
            await until(pilot, partial(is_at, app, title))
        asked = len(link.questions)
        await until(pilot, lambda: len(link.questions) > asked + 2)
        for name in ("refresh", "render_lines", "get_component_rich_style"):
            watch(name)
        link.questions.clear()
        for now, batch in story[-10:]:
            model.apply_many(batch, now)
            model.tick(now)
            link.changed()
            answered = len(link.questions)
            await until(pilot, partial(were_asked, answered + 2))
        wanted = app.body.pane.wants() if app.body.pane is not None else None
        assert wanted is not None
        for question in link.questions:
            assert [table.table for table in question.tables] == [table.table for table in wanted.tables]
            assert [one.figure for one in question.figures] == [one.figure for one in wanted.figures]
        panes = {pane_of(widget) for widget in drawn} - {None}
        assert panes == {app.body.pane}
