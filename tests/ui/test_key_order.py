"""Keys typed faster than they act: each acts in the pane that the keys before it opened."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.present import present
from tests.ui.still_link import StillLink
from tests.ui.watching import app_on, settled, type_at_once, until

from scaler_monitor.protocol.page import Answer, Question
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui import key_order
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.body import Body
from scaler_monitor.ui.filter_control import NOTHING_TO_FILTER
from scaler_monitor.ui.filter_line import FilterLine, FilterResult
from scaler_monitor.ui.footer import KeyLine
from scaler_monitor.ui.keys import BY_ID
from scaler_monitor.ui.self_panel import SelfPanel
from scaler_monitor.ui.settings.choosers import ThemeChooser
from scaler_monitor.ui.tab_bar import TabBar
from scaler_monitor.ui.themes import theme_names

FILTERED_TABS = (
    *("live", "tasks", "stream", "processors", "events"),
    *("functions", "machines", "clients", "objects"),
)
"""All but the charts."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise the time limits, so that a slow machine drops no keys."""
    monkeypatch.setattr(key_order, "SETTLE_SECONDS", 60.0)
    monkeypatch.setattr(key_order, "ROWS_SECONDS", 60.0)


class SlowLink(StillLink):
    """Answers with a delay; not at all while `silent`."""

    silent = False

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        await asyncio.sleep(0.05)
        while self.silent:
            await asyncio.sleep(0.01)
        return await super().ask(question, timeout)


def view_of(app: MonitorApp, table: str) -> Any:
    return app.view_state.of_table(TABLES[table])


def first_by(link: StillLink, key: str) -> str:
    place = TABLES["workers"].index(key)
    return max(link.rows["workers"].items(), key=lambda row: (row[1][place], row[0]))[0]


async def test_a_filter_typed_after_a_tab_key_is_the_tabs() -> None:
    app = app_on(SlowLink(40))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        type_at_once(app, "2", "slash", *"abc")
        await until(pilot, lambda: view_of(app, "tasks").typed_filter == "abc")
        assert app.body.base == "tasks"
        assert view_of(app, "workers").typed_filter == ""
        await until(pilot, lambda: [line for line in app.query(FilterLine) if line.is_open])


async def test_keys_after_a_change_of_view_are_for_the_new_view() -> None:
    app = app_on(SlowLink(40))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        type_at_once(
            app, "1", "s", "2", "greater_than_sign", "v", "slash", *"node-001", "enter", "v", "3", "v"
        )
        await until(pilot, lambda: view_of(app, "workers").filter == "node-001" and app.body.base == "top")
        assert view_of(app, "workers").sort == "suspended"
        assert view_of(app, "tasks").sort != TABLES["tasks"].sort
        assert view_of(app, "tasks").typed_filter == ""


async def test_keys_wait_for_a_slow_pane(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while all queues are empty and the app is still working."""
    show_base = Body.show_base

    async def slowly(body: Body, name: str) -> bool:
        await asyncio.sleep(0.5)
        return await show_base(body, name)

    app = app_on(StillLink(40))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        monkeypatch.setattr(Body, "show_base", slowly)
        type_at_once(app, "2", "slash", *"abc", "enter", "v", "slash", *"node")
        await until(pilot, lambda: view_of(app, "workers").typed_filter == "node")
        assert view_of(app, "tasks").filter == "abc"
        assert app.body.base == "top"


async def test_keys_for_a_pane_that_does_not_appear_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key whose `/` was lost would be a command."""
    comes, show_base = asyncio.Event(), Body.show_base

    async def late(body: Body, name: str) -> bool:
        await comes.wait()
        return await show_base(body, name)

    app = app_on(StillLink(40))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        monkeypatch.setattr(Body, "show_base", late)
        monkeypatch.setattr(key_order, "SETTLE_SECONDS", 0.3)
        monkeypatch.setattr("scaler_monitor.ui.notices.NOTICE_SECONDS", 60.0)
        type_at_once(app, "2", "slash")
        while not app.key_queue.waiting:
            await asyncio.sleep(0.01)
        type_at_once(app, "q")  # not even looked at before the place has come
        while app.key_queue.waiting:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
        comes.set()
        await until(pilot, lambda: app.body.base == "tasks" and app.body.entered.is_set())
        assert "keys that waited are left out" in app.query_one(KeyLine).notice
        monkeypatch.setattr(key_order, "SETTLE_SECONDS", 60.0)
        await pilot.pause(0.1)
        assert (app._exit, app.query_one(FilterLine).is_open) == (False, False)
        await asyncio.sleep(key_order.PAUSE_SECONDS + 0.1)
        type_at_once(app, "slash", *"abc")
        await until(pilot, lambda: view_of(app, "tasks").typed_filter == "abc")


@pytest.mark.parametrize("tab", FILTERED_TABS)
async def test_a_filter_typed_after_a_return_to_a_tab_is_the_tabs(tab: str) -> None:
    """Its old screen is not painted, but its widgets have the focus."""
    app = app_on(SlowLink(40))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        type_at_once(app, BY_ID[f"tab-{tab}"].key)
        await until(
            pilot, lambda: app.body.base == tab and present(app.body.pane).shown_at and app.body.filtered
        )
        type_at_once(app, "1", "enter")
        await until(pilot, lambda: len(app.body.path) == 2 and present(app.body.pane).shown_at)
        app.body._bases[tab].shown_at -= 60
        type_at_once(app, BY_ID[f"tab-{tab}"].key, "slash", *"status:failed")
        await until(pilot, lambda: app.query_one(FilterLine).entry.value == "status:failed")
        await until(pilot, lambda: present(app.body.filtered).view.typed_filter == "status:failed")
        assert app.body.path == (app.body._bases[tab].crumb,)
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize("place", ["tab-charts", "help"])
async def test_a_filter_typed_without_a_table_runs_no_commands(place: str) -> None:
    app = app_on(SlowLink(40))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        type_at_once(app, BY_ID[place].key, "slash", *"status:v2q")
        await until(pilot, lambda: app.query_one(FilterLine).entry.value == "status:v2q")
        path = app.body.path
        await until(pilot, lambda: NOTHING_TO_FILTER in app.query_one(FilterResult).text)
        await until(pilot, lambda: present(app.body.pane).shown_at or place == "help")
        assert (app.body.path, len(app.screen_stack), app.query_one(FilterLine).is_open) == (path, 1, True)
        type_at_once(app, "escape", "2")
        await until(pilot, lambda: app.body.base == "tasks")
        assert not app.query_one(FilterLine).display


async def test_keys_typed_after_a_click_on_a_tab_are_the_tabs(monkeypatch: pytest.MonkeyPatch) -> None:
    show_base = Body.show_base

    async def slowly(body: Body, name: str) -> bool:
        body._leave()
        await asyncio.sleep(0.5)
        return await show_base(body, name)

    app = app_on(SlowLink(40))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        type_at_once(app, "v")
        await until(pilot, lambda: app.body.base == "live" and app.body.entered.is_set())
        monkeypatch.setattr(Body, "show_base", slowly)
        await pilot.click(TabBar, offset=(9, 0))
        type_at_once(app, "slash", *"abc")
        await until(pilot, lambda: view_of(app, "tasks").typed_filter == "abc")
        assert view_of(app, "workers").typed_filter == ""


async def test_keys_after_the_end_of_a_filter_are_commands_again() -> None:
    app = app_on(SlowLink(40))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        type_at_once(app, "slash", *"node", "enter", "s", "slash", *"-00", "escape", "l", "question_mark")
        await until(pilot, lambda: app.body.path == ("Top", "Help"))
        view = view_of(app, "workers")
        assert (view.typed_filter, view.sort) == ("", "lag")


async def test_enter_after_a_sort_key_opens_the_new_first_row() -> None:
    link = SlowLink(300)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        assert first_by(link, "lag") != first_by(link, "cpu")
        type_at_once(app, "l", "down", "enter")
        await until(pilot, lambda: len(app.body.path) == 2)
        assert app.body.pane is not None
        assert app.body.pane.entity == first_by(link, "lag")
        type_at_once(app, "escape", "slash", *"node-0123", "enter", "home", "enter")
        await until(pilot, lambda: len(app.body.path) == 2 and "node-0123" in app.body.path[1])
        assert table.view.filter == "node-0123"


async def test_enter_after_end_is_for_the_last_row() -> None:
    link = SlowLink(5000)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        type_at_once(app, "n", "down", "end", "enter")
        await until(pilot, lambda: len(app.body.path) == 2)
        assert app.body.path[1].endswith(min(link.rows["workers"]))
        assert table.view.position == 4999


async def test_a_repeated_key_moves_as_often_as_it_is_sent() -> None:
    app = app_on(SlowLink(400))
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        type_at_once(app, *["down"] * 200, *["up"] * 50, "space")
        await until(pilot, lambda: app.session.paused)
        assert table.view.position == 149


async def test_what_is_typed_into_a_list_of_commands_or_themes_is_not_lost() -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        type_at_once(app, "colon", *"resource usage", "enter", "l")
        await until(pilot, lambda: app.query_one(SelfPanel).display and len(app.screen_stack) == 1)
        await until(pilot, lambda: view_of(app, "workers").sort == "lag")
        type_at_once(app, "colon", *"a theme", "enter", "end", "home", "down", "enter", "s")
        await until(pilot, lambda: view_of(app, "workers").sort == "suspended")
        assert not isinstance(app.screen, ThemeChooser)
        assert app.theme == theme_names()[1]


async def test_a_silent_collector_delays_keys_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_order, "ROWS_SECONDS", 1.0)
    link = SlowLink(40)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        link.silent = True
        type_at_once(app, "l", *["down"] * 20, "c", *["down"] * 20, "q")
        await until(pilot, lambda: app._exit)


async def test_ctrl_c_overtakes_waiting_keys() -> None:
    link = SlowLink(40)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        link.silent = True
        type_at_once(app, "l", "down", "2", "ctrl+c")
        await until(pilot, lambda: app._exit)
        assert app.body.base == "top"


async def test_of_too_many_keys_only_the_first_act(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A letter of a filter without its beginning would be a command."""
    monkeypatch.setattr(key_order, "PAUSE_SECONDS", 3600.0)
    monkeypatch.setattr(key_order, "MAX_HELD", 20)
    app = app_on(SlowLink(400))
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        type_at_once(app, *["down"] * 30, "slash", *"queue", "2")
        await until(pilot, lambda: table.view.position and not app.key_queue.waiting)
        type_at_once(app, "2", "slash", *"abc")
        await pilot.pause(0.5)
        assert (app.body.base, table.view.typed_filter, app._exit) == ("top", "", False)
        assert table.view.position < 29
        monkeypatch.setattr(key_order, "PAUSE_SECONDS", 0.0)
        await pilot.pause(0.1)
        type_at_once(app, "slash", *"node")
        await until(pilot, lambda: table.view.typed_filter == "node")
