"""The key queue in a small app: order, waiting for rows and panes, dropped keys."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from scaler_monitor.ui import key_order
from scaler_monitor.ui.key_order import KeyQueue


class Rows:
    """A table whose rows arrive when the test sets them."""

    is_current = True


class Panes:
    """A pane with one table."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.active_table: Rows | None = Rows()


class Typed(App[None]):
    """Records the keys that act; each takes some time."""

    def __init__(self) -> None:
        super().__init__()
        self.panes = Panes()
        self.panes.entered.set()
        self.acted: list[str] = []
        self.shown: list[str] = []
        self.queue = KeyQueue(self, self.panes, self.act, self.shown.append, self.failed)
        self.failures: list[Exception] = []

    def failed(self, error: Exception) -> None:
        self.failures.append(error)

    async def act(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            if event.key == "x":
                raise KeyError(event.key)
            await asyncio.sleep(0.01)
            self.acted.append(event.key)
        else:
            await super().on_event(event)

    async def on_event(self, event: events.Event) -> None:
        await self.queue.on_event(event)


async def type_keys(pilot: Pilot[Any], *keys: str) -> None:
    for key in keys:
        pilot.app.post_message(events.Key(key, key))
    await pilot.pause()


async def settled(app: Typed) -> None:
    while not app.queue.is_settled:
        await asyncio.sleep(0.01)


async def test_keys_act_in_order_one_after_another() -> None:
    app = Typed()
    async with app.run_test() as pilot:
        await type_keys(pilot, *"abcdefgh")
        await settled(app)
        assert app.acted == list("abcdefgh")


async def test_keys_wait_for_the_pane_and_row_keys_for_the_rows() -> None:
    app = Typed()
    async with app.run_test() as pilot:
        app.panes.entered.clear()
        await type_keys(pilot, "r", "y")
        assert app.acted == []
        assert app.panes.active_table is not None
        app.panes.active_table.is_current = False
        app.panes.entered.set()
        while app.acted != ["r"]:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert app.acted == ["r"]
        app.panes.active_table.is_current = True
        app.queue.rows_came()
        await settled(app)
        assert app.acted == ["r", "y"]


async def test_ctrl_c_overtakes_waiting_keys() -> None:
    app = Typed()
    async with app.run_test() as pilot:
        app.panes.entered.clear()
        await type_keys(pilot, "r", "ctrl+c")
        assert app.acted == ["ctrl+c"]


async def test_keys_for_a_missing_pane_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_order, "SETTLE_SECONDS", 0.05)
    app = Typed()
    async with app.run_test() as pilot:
        app.panes.entered.clear()
        await type_keys(pilot, "r", "y")
        await settled(app)
        assert app.acted == []
        assert "left out" in app.shown[0]


async def test_an_error_of_a_delayed_key_is_reported() -> None:
    app = Typed()
    async with app.run_test() as pilot:
        await type_keys(pilot, "a", "x")
        await settled(app)
        assert [type(error) for error in app.failures] == [KeyError]
