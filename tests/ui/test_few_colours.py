"""With 16 colours or none, header, cursor and PAUSED differ from rows."""

from __future__ import annotations

import pytest
from tests.ui.still_link import StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.themes import theme_for_terminal


def reversed_lines(app: MonitorApp) -> list[str]:
    """Return the lines of the screen that are completely reversed."""
    lines = app.screen._compositor.render_strips()
    return [
        line.text
        for line in lines
        if all(segment.style and segment.style.reverse for segment in line if segment)
    ]


async def test_the_header_is_reversed_where_there_are_16_colours() -> None:
    app = app_on(StillLink(5), theme="scaler-ansi")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: len(reversed_lines(app)) == 1)
        assert "cpu▼" in reversed_lines(app)[0]


async def test_cursor_and_pause_are_reversed_where_there_is_no_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_on(StillLink(5), theme=theme_for_terminal(None, no_color=True))
    async with app.run_test(size=(80, 24)) as pilot:
        table = await settled(pilot)
        await pilot.press("down", "space")
        await until(pilot, lambda: "PAUSED" in screen_text(app))
        reversed_text = "\n".join(reversed_lines(app))
        assert "cpu▼" in reversed_text
        assert "PAUSED" in reversed_text
        assert table.view.cursor[:16] in reversed_text


async def test_the_palette_has_no_glyph_that_terminals_lack() -> None:
    app = app_on(StillLink(5), glyphs="ascii")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("colon")
        await until(pilot, lambda: "all keys, on one page" in screen_text(app))
        assert "\N{RIGHT-POINTING MAGNIFYING GLASS}" not in screen_text(app)
