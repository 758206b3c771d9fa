"""Keys of the app, help, palette, pause, quitting, and any terminal size."""

from __future__ import annotations

import asyncio
import random

import pytest
from tests.ui.still_link import StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.protocol.page import HELD, Answer, Question, TablePage, TableQuestion
from scaler_monitor.ui.command_palette import CommandNames
from scaler_monitor.ui.filter_line import FilterLine
from scaler_monitor.ui.help import HelpText
from scaler_monitor.ui.keys import KEYS
from scaler_monitor.ui.self_panel import SelfPanel


async def test_each_sort_key_sorts_and_reverses() -> None:
    link = StillLink(20)
    app = app_on(link)
    async with app.run_test(size=(160, 40)) as pilot:
        table = await settled(pilot)
        for key in KEYS:
            if key.command != "sort_letter":
                continue
            before = table.view.sort
            await pilot.press(key.key)
            column = table.sort_and_filter.column_of_letter(key.key)
            assert column is not None
            assert table.view.sort == column.key
            assert table.view.descending is (column.key != before)
            await pilot.press(key.key)
            assert table.view.descending is (column.key == before)


async def test_next_column_and_reverse() -> None:
    link = StillLink(20)
    app = app_on(link)
    async with app.run_test(size=(160, 40)) as pilot:
        table = await settled(pilot)
        await pilot.press("greater_than_sign")
        assert table.view.sort == "rss"
        await pilot.press("less_than_sign", "less_than_sign", "r")
        assert table.view.sort != "rss"
        assert table.view.descending is False


async def test_filter_is_applied_as_typed_and_letters_are_text() -> None:
    link = StillLink(40)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        await pilot.press("slash", *"node-001")
        await until(pilot, lambda: table.window.matched == 10)
        assert app.is_running
        assert table.view.sort == "cpu"
        await until(pilot, lambda: "10 of 40" in screen_text(app))
        await pilot.press("enter")
        assert not app.query_one(FilterLine).is_open
        assert table.has_focus
        assert "node-001" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: table.window.matched == 40)
        assert not app.query_one(FilterLine).has_class("-shown")


async def test_an_invalid_filter_keeps_the_last_valid_one() -> None:
    link = StillLink(40)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        await pilot.press("slash", *"node-001")
        await until(pilot, lambda: table.window.matched == 10)
        await pilot.press("slash")
        await until(pilot, lambda: "an open /; still: node-001" in screen_text(app))
        await until(pilot, lambda: link.questions[-1].tables[0].filter == "node-001")
        assert table.window.matched == 10
        await pilot.press("backspace", "5")
        await until(pilot, lambda: table.view.filter == table.view.good_filter == "node-0015")
        assert "an open /" not in screen_text(app)


async def test_a_parse_error_has_the_remaining_width() -> None:
    class Strict(StillLink):
        def _page(self, asked: TableQuestion) -> TablePage:
            error = (
                "at 1: no column 'foo'; still one filter that was typed before it here"
                if asked.filter
                else ""
            )
            return super()._page(asked)._replace(filter_error=error)

    app = app_on(Strict())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"f:b")
        await until(
            pilot, lambda: "no column 'foo'; still one filter that was typed before" in screen_text(app)
        )
        await pilot.press("escape", "slash")
        assert app.query_one(FilterLine).entry.size.width < 60


async def test_the_footer_always_has_copy_and_has_back_if_possible() -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for key in "v2569":
            await pilot.press(key)
            await until(pilot, lambda: "y copy" in screen_text(app).splitlines()[-1], f"no copy in {key}")
            assert "Esc back" not in screen_text(app).splitlines()[-1]
        await pilot.press("question_mark")
        await until(pilot, lambda: "Esc back" in screen_text(app).splitlines()[-1])


async def test_help_has_the_columns_of_the_table_and_scrolls() -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(80, 24)) as pilot:
        table = await settled(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: "Moving" in screen_text(app) or "Program" in screen_text(app))
        await pilot.press("end")
        last = table.table.columns[-1]
        await until(pilot, lambda: f"{last.title:<12} {last.describe}"[:60] in screen_text(app))
        text = "\n".join(strip.text for strip in app.query_one(HelpText)._page)
        for column in table.table.columns:
            assert column.describe
            assert column.describe[:50] in text
        assert f"{app.glyphs.departed} it has left the cluster" in text
        await pilot.press("home")
        await until(pilot, lambda: app.query_one(HelpText).scroll_offset.y == 0)


async def test_the_palette_sorts_by_every_column() -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        names = [name for name, _ in CommandNames(app.screen)._commands()]
        for column in table.table.columns:
            assert f"sort by {column.title}" in names
        await pilot.press("colon")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press(*"sort by limit")
        await until(pilot, lambda: "sort by limit" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: table.view.sort == "memory_limit")
        await until(pilot, lambda: "limit▼" in screen_text(app))


async def test_pause_is_shown_at_once_and_ends() -> None:
    link = StillLink(5)
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "123/s" in screen_text(app)
        await pilot.press("space")
        assert screen_text(app).count("PAUSED") == 1
        assert "123/s" in screen_text(app)
        await until(pilot, lambda: link.questions[-1].at == HELD)
        await pilot.press("space")
        await until(pilot, lambda: link.questions[-1].at == "now")
        assert "PAUSED" not in screen_text(app)


async def test_help_shows_every_key_and_escape_leaves_it() -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(160, 90)) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: "Sorting workers" in screen_text(app))
        text = screen_text(app)
        assert [key.id for key in KEYS if key.describe not in text] == []
        await pilot.press("escape")
        await until(pilot, lambda: "Sorting workers" not in screen_text(app))
        await pilot.press("question_mark")
        await pilot.press("question_mark")
        await until(pilot, lambda: "Sorting workers" not in screen_text(app))


async def test_the_palette_runs_the_commands_of_keys() -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("colon")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press(*"resource usage")
        await until(pilot, lambda: "resource usage of the monitor" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.query_one(SelfPanel).display)
        await until(pilot, lambda: "collector cpu" in screen_text(app))


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quits_at_once_with_a_silent_collector(key: str) -> None:
    class Silent(StillLink):
        async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
            await asyncio.Event().wait()
            raise AssertionError

    link = Silent()
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: not app.is_running or app._exit)
    assert app.return_code == 0
    assert link.closed


async def test_any_size_at_random() -> None:
    link = StillLink(60)
    app = app_on(link)
    sizes = random.Random(7)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("down", "space")
        for _ in range(20):
            await pilot.resize_terminal(sizes.randint(10, 300), sizes.randint(3, 100))
            await pilot.press(
                sizes.choice(["down", "right", "left", "pagedown", "end", "home", "question_mark"])
            )
        await pilot.resize_terminal(10, 3)
        await pilot.pause()
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "LIVE" in screen_text(app))


async def test_ascii_glyphs_are_only_ascii() -> None:
    app = app_on(StillLink(60), glyphs="ascii")
    async with app.run_test(size=(200, 60)) as pilot:
        await settled(pilot)
        await pilot.press("down", "space")
        await pilot.pause()
        assert [c for c in screen_text(app) if ord(c) > 126] == []
