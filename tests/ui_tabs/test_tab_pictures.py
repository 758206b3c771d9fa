"""Snapshots of every tab on the scenario; look at each one when it changes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.scenario import build_cluster
from tests.scenario.cast import CLIENTS, MANAGERS
from tests.ui_tabs.test_tabs import KEYS, until
from textual.pilot import Pilot

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.tab_list import all_tabs

SIZES = [(80, 24), (120, 40), (200, 60)]

pytestmark = pytest.mark.snapshot


LOOKS = [
    ("1", "scaler-contrast", "unicode"),
    ("1", "scaler-light", "unicode"),
    ("3", "scaler-ansi", "unicode"),
    ("3", "scaler-light", "unicode"),
    ("3", "scaler-dark", "ascii"),
    ("4", "scaler-contrast", "ascii"),
    ("7", "scaler-light", "ascii"),
]


PAGES = [
    ("worker", "Worker|aws-gpu-09|8ff34739"),
    ("task", ""),
    ("function", "train_model"),
    ("client", CLIENTS[0][0]),
    ("machine", "aws-gpu-node-02"),
    ("manager", MANAGERS[1][0]),
    ("object", "00" * 32),
]


def scenario_app(theme: str = "", glyphs: str = "unicode") -> tuple[MonitorApp, InProcessLink, ClusterState]:
    """Return the app at its tabs, on the scenario's cluster, which does not change."""
    cluster, status, now = build_cluster()
    link = InProcessLink(cluster, lambda: now, status)
    app = MonitorApp(link, start="tabs", clock=lambda: now, interval=0.05, glyphs=glyphs, theme=theme)
    return app, link, cluster


async def settle(pilot: Pilot[None], link: InProcessLink) -> None:
    """Wait until the layout is complete and drawn."""
    await pilot.pause()
    for _ in range(3):
        link.asked = None
        await until(pilot, lambda: link.asked is not None)
    await pilot.pause()


def picture(
    snap_compare: Any, key: str, size: tuple[int, int], *keys: str, theme: str = "", glyphs: str = "unicode"
) -> bool:
    """Compare a tab after further `keys`."""
    app, link, _ = scenario_app(theme, glyphs)

    async def prepare(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        title = all_tabs()[KEYS.index(key)].title
        await until(pilot, lambda: app.body.pane is not None and app.body.pane.crumb == title)
        await settle(pilot, link)
        for pressed in keys:
            await pilot.press(pressed)
            await settle(pilot, link)

    return bool(snap_compare(app, terminal_size=size, run_before=prepare))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("key", KEYS)
def test_tab(snap_compare: Any, key: str, size: tuple[int, int]) -> None:
    """The tab shows the scenario; failures, cancellations and the departed worker are marked."""
    assert picture(snap_compare, key, size)


@pytest.mark.parametrize(("key", "theme", "glyphs"), LOOKS)
def test_look(snap_compare: Any, key: str, theme: str, glyphs: str) -> None:
    """Every theme and both glyph sets; nothing is shown only by colour."""
    assert picture(snap_compare, key, (100, 30), theme=theme, glyphs=glyphs)


def test_stream_cursor(snap_compare: Any) -> None:
    """Zoomed in, bars have names; the facts of the cursor's bar are shown; the filter counts workers."""
    keys = ("slash", *"manager:spot", "enter", "plus", "plus", "plus", "down", "down", "left")
    assert picture(snap_compare, "3", (120, 24), *keys)


def test_charts_cursor(snap_compare: Any) -> None:
    """The legend has the values at the cursor, with a logarithmic scale and local time."""
    assert picture(snap_compare, "4", (120, 40), "L", "T", "pageup", "pageup")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("kind", "entity"), PAGES, ids=[kind for kind, _ in PAGES])
def test_page(snap_compare: Any, kind: str, entity: str, size: tuple[int, int]) -> None:
    """All facts are complete; each table has a caption, and the height is used."""
    app, link, cluster = scenario_app()
    if kind == "task":
        entity = next(
            task.hex() for task, record in cluster.tasks.records.items() if record.state == "failed"
        )

    async def prepare(pilot: Pilot[None]) -> None:
        await app.navigation.open_entity(kind, entity)
        await settle(pilot, link)

    assert snap_compare(app, terminal_size=size, run_before=prepare)
