"""Shared state of top view and tabs, mouse, any window size, and a full disk."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest
from tests.scenario import build_cluster
from tests.ui.still_link import StillLink
from tests.ui.watching import app_on, screen_text, settled, until
from textual import events

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.protocol.page import HELD
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.settings.store import SettingsStore
from scaler_monitor.ui.tab_bar import TabBar
from scaler_monitor.ui.tab_list import all_tabs
from scaler_monitor.ui.table.entity_table import EntityTable


def on_scenario() -> MonitorApp:
    cluster, status, now = build_cluster()
    return MonitorApp(
        InProcessLink(cluster, lambda: now, status), start="tabs", clock=lambda: now, interval=5
    )


async def test_pause_sort_filter_and_cursor_are_kept_between_top_and_tabs() -> None:
    link = StillLink(60)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        top = await settled(pilot)
        await pilot.press("l", "l", "slash", *"gpu", "enter", "down", "down", "down", "space")
        await until(pilot, lambda: app.session.paused and link.questions[-1].at == HELD)
        cursor = top.view.cursor
        assert cursor
        await pilot.press("v")
        await until(pilot, lambda: app.body.base == "live" and app.query("#live-workers"))
        live = app.query_one("#live-workers", EntityTable)
        await until(pilot, lambda: live.answered and live.is_current)
        asked = next(asked for asked in link.questions[-1].tables if asked.table == "workers")
        assert (asked.sort, asked.descending, asked.filter, asked.cursor) == ("lag", False, "gpu", cursor)
        assert link.questions[-1].at == HELD
        await until(pilot, lambda: "PAUSED" in screen_text(app) and "lag▲" in screen_text(app))
        row = next(y for y in range(live.size.height) if live.render_line(y).text.startswith("▸"))
        assert cursor[:14] in live.render_line(row).text
        await pilot.press("down", "v")
        await until(pilot, lambda: app.body.base == "top" and top.is_current)
        assert top.view.cursor == live.view.cursor != cursor
        assert app.session.paused


async def test_the_wheel_scrolls_without_the_cursor() -> None:
    app = app_on(StillLink(200))
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        await pilot.press("down")
        cursor = table.view.cursor

        def turn(event: type[events.MouseScrollDown | events.MouseScrollUp], lines: int) -> None:
            on_screen = 5 + table.region.x, 3 + table.region.y
            table.post_message(event(table, 5, 3, 0, lines, 0, False, False, False, *on_screen))

        for _ in range(2):
            turn(events.MouseScrollDown, 1)
        await until(pilot, lambda: table.top > 0)
        assert table.view.cursor == cursor
        turn(events.MouseScrollUp, -1)
        for _ in range(9):
            turn(events.MouseScrollUp, -1)
        await until(pilot, lambda: table.top == 0)


async def test_a_click_on_a_tab_goes_there_and_a_double_click_into_a_row() -> None:
    app = on_scenario()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.body.active_table is not None and app.body.active_table.answered)
        bar = app.query_one(TabBar)

        def is_based_on(name: str) -> bool:
            return app.body.base == name

        for key, tab in enumerate(all_tabs()[:3], start=1):
            await pilot.click(bar, offset=(bar.render_line(0).text.index(f"{key} ") + 1, 0))
            await until(pilot, partial(is_based_on, tab.name))
        await pilot.press("8")
        await until(pilot, lambda: app.body.active_table is not None and app.body.active_table.window.rows)
        assert app.body.active_table is not None
        await pilot.click(app.body.active_table, offset=(5, 2), times=2)
        await until(pilot, lambda: len(app.body.path) == 2)


async def test_the_trail_of_a_task_has_only_its_events() -> None:
    app = on_scenario()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: app.body.active_table is not None and app.body.active_table.window.rows)
        table = app.body.active_table
        assert table is not None
        place = table.table.index("task")
        await pilot.press("down")
        row = table.row_under_cursor()
        assert row is not None
        task = row.values[place]
        await pilot.press("e")
        await until(
            pilot, lambda: app.body.active_table not in (None, table) and app.body.active_table.answered
        )
        trail = app.body.active_table
        assert trail is not None
        assert {row.values[place] for row in trail.window.rows} == {task}
        assert trail.window.total < table.window.total


async def test_windows_of_any_size_over_every_tab() -> None:
    chance = random.Random(7)
    app = on_scenario()
    async with app.run_test(size=(80, 24)) as pilot:
        for tab in [*(tab for tab in all_tabs() if tab.digit), None]:
            await pilot.press(tab.digit if tab else "v")
            for _ in range(2):
                width, height = chance.randint(10, 300), chance.randint(3, 100)
                await pilot.resize_terminal(width, height)
                await until(pilot, lambda: app.key_queue.is_settled)
                lines = screen_text(app).splitlines()
                assert (len(lines), {len(line) for line in lines} <= {width}) == (height, True)
        await pilot.resize_terminal(10, 3)
        await pilot.resize_terminal(80, 24)
        await pilot.press("1")
        await until(pilot, lambda: "1 Live" in screen_text(app) and "LIVE" in screen_text(app))


async def test_a_full_disk_is_reported_when_a_theme_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    app = app_on(StillLink(5))
    app.apply_settings(SettingsStore(tmp_path / "a-long-folder-name" / "settings.toml"))
    monkeypatch.setattr("scaler_monitor.system.user_file.tempfile.mkstemp", full)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = app.theme
        await app.action_command("theme")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("up", "enter")
        await until(pilot, lambda: app.theme != before)
        await until(pilot, lambda: "settings are not kept: No space left on device" in screen_text(app))
