"""With NO_COLOR no colour is sent; text on a coloured background is reversed instead."""

from __future__ import annotations

from functools import partial

import pytest
from rich.segment import Segment
from tests.ui_tabs.test_tabs import KEYS, is_at, tabs, until

from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.figures.styled_text import UNICODE_MARKS
from scaler_monitor.ui.tab_list import all_tabs


def painted(app: MonitorApp) -> list[Segment]:
    """Return the output for the whole screen, by line."""
    return [segment for strip in app.screen._compositor.render_strips() for segment in strip if segment.text]


@pytest.mark.parametrize("theme", ["scaler-ansi", "scaler-light"])
async def test_no_tab_has_a_colour(monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with tabs() as (app, pilot, _):
        app.theme = theme
        for key in KEYS:
            await pilot.press(key)
            title = all_tabs()[KEYS.index(key)].title
            await until(pilot, partial(is_at, app, title))
            for segment in painted(app):
                assert segment.style is not None
                for colour in (segment.style.color, segment.style.bgcolor):
                    assert colour is None or colour.is_default, segment


async def test_bars_and_marks_are_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with tabs((200, 60)) as (app, pilot, _):
        await pilot.press("3")
        await until(pilot, lambda: any("train_big" in segment.text for segment in painted(app)))
        reversed_text = [s.text for s in painted(app) if s.style is not None and s.style.reverse]
        assert any("train_big" in text for text in reversed_text)
        assert any(UNICODE_MARKS.failed in text for text in reversed_text)
