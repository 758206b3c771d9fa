"""Every key of the key table is pressed, and has a visible effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from tests.scenario import build_cluster
from tests.ui.watching import until
from textual.pilot import Pilot

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.filter_line import FilterLine
from scaler_monitor.ui.footer import KeyLine
from scaler_monitor.ui.keys import KEYS, Key
from scaler_monitor.ui.table.entity_table import EntityTable


class Effect(NamedTuple):
    """Where a key is pressed, and which value it must change."""

    before: tuple[str, ...]
    seen: Callable[[MonitorApp], Any]


def table(app: MonitorApp) -> EntityTable:
    assert app.body.active_table is not None
    return app.body.active_table


def place(app: MonitorApp) -> Any:
    return app.body.path


def order(app: MonitorApp) -> Any:
    return table(app).view.sort, table(app).view.descending


def cursor(app: MonitorApp) -> Any:
    return table(app).view.position, table(app).view.cursor


def figures(app: MonitorApp) -> Any:
    return app.session.question().figures


WORKERS = ("1",)
LOG = ("2", "home")
STREAM = ("3", "home")

EFFECTS: dict[str, Effect] = {
    "help": Effect(WORKERS, place),
    "quit": Effect(WORKERS, lambda app: app._exit),
    "interrupt": Effect(WORKERS, lambda app: app._exit),
    "filter": Effect(WORKERS, lambda app: app.query_one(FilterLine).is_open),
    "pause": Effect(WORKERS, lambda app: app.session.paused),
    "view": Effect(WORKERS, place),
    "enter": Effect((*WORKERS, "home"), place),
    "back": Effect((*WORKERS, "question_mark"), place),
    "trail": Effect(("6", "home"), place),
    "fold": Effect(("5", "home"), lambda app: app.session.question().tables[0].folded),
    "copy": Effect((*WORKERS, "home"), lambda app: app.clipboard),
    "copy-cell": Effect((*WORKERS, "home"), lambda app: len(app.screen_stack)),
    "shorter": Effect((*STREAM, "right_square_bracket"), lambda app: app.view_state.window_seconds),
    "longer": Effect(STREAM, lambda app: app.view_state.window_seconds),
    "scale": Effect(("4",), lambda app: app.view_state.logarithmic),
    "clock": Effect(("4",), lambda app: app.view_state.absolute_time),
    "zoom-in": Effect(STREAM, figures),
    "zoom-out": Effect((*STREAM, "plus"), figures),
    "pan-back": Effect((*STREAM, "plus"), figures),
    "pan-on": Effect((*STREAM, "plus", "comma", "comma"), figures),
    "sort-previous": Effect(LOG, order),
    "sort-next": Effect(LOG, order),
    "reverse": Effect(LOG, order),
    "up": Effect((*LOG, "down", "down"), cursor),
    "down": Effect(LOG, cursor),
    "left": Effect((*LOG, "right", "right"), lambda app: (table(app).view.wide, table(app).scroll_offset.x)),
    "right": Effect(LOG, lambda app: (table(app).view.wide, table(app).scroll_offset.x)),
    "page-up": Effect((*LOG, "end"), cursor),
    "page-down": Effect(LOG, cursor),
    "first": Effect((*LOG, "end"), cursor),
    "last": Effect(LOG, cursor),
    "next-part": Effect(WORKERS, lambda app: app.focused),
    "previous-part": Effect(WORKERS, lambda app: app.focused),
    "palette": Effect(WORKERS, lambda app: len(app.screen_stack)),
    "suspend": Effect(WORKERS, lambda app: app.query_one(KeyLine).notice),
    **{key.id: Effect(WORKERS, order) for key in KEYS if key.command == "sort_letter"},
    **{key.id: Effect(("2",) if key.key != "2" else ("1",), place) for key in KEYS if key.command == "tab"},
}

GROUPS = sorted({key.group for key in KEYS})


@pytest.mark.parametrize("group", GROUPS)
async def test_every_key_of_a_group_acts(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scaler_monitor.ui.program_commands.shell_waits", lambda: False)
    for keys in _sessions([key for key in KEYS if key.group == group]):
        app = _on_scenario()
        async with app.run_test(size=(80, 24)) as pilot:
            for key in keys:
                for name in key.key.split(","):
                    await _acts(app, pilot, EFFECTS[key.id], name)


def _on_scenario() -> MonitorApp:
    cluster, status, now = build_cluster()
    return MonitorApp(
        InProcessLink(cluster, lambda: now, status), start="tabs", clock=lambda: now, interval=5
    )


async def _acts(app: MonitorApp, pilot: Pilot[None], effect: Effect, name: str) -> None:
    await until(pilot, lambda: app.body.active_table is None or app.body.active_table.is_current)
    await pilot.press(*effect.before)
    await until(pilot, lambda: app.key_queue.is_settled)
    await until(pilot, lambda: app.body.active_table is None or app.body.active_table.is_current)
    was = effect.seen(app)
    await pilot.press(name)
    await until(pilot, lambda: effect.seen(app) != was, f"{name} changed nothing")
    if len(app.screen_stack) > 1 or len(app.body.path) > 1 or app.query_one(FilterLine).is_open:
        await pilot.press("escape")
        await until(pilot, lambda: app._exit or len(app.screen_stack) == 1)


def _sessions(keys: list[Key]) -> list[list[Key]]:
    """Keys that end the program have their own session."""
    lasting = [key for key in keys if key.command != "quit"]
    return [lasting] * bool(lasting) + [[key] for key in keys if key.command == "quit"]


def test_no_key_is_left_out() -> None:
    assert set(EFFECTS) == {key.id for key in KEYS}
