"""Pictures of every tab on the scenario; look at each when it changes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.scenario import build_cluster
from tests.ui_tabs.test_tabs import KEYS, until
from textual.pilot import Pilot

from scaler_monitor.collector.twin import InProcessLink
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.tabs.registry import TABS

SIZES = [(80, 24), (120, 40), (200, 60)]

pytestmark = pytest.mark.snapshot


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("key", KEYS)
def test_tab(snap_compare: Any, key: str, size: tuple[int, int]) -> None:
    """The tab is full of the scenario; failures, cancellations and the departed worker are marked."""
    cluster, status, now = build_cluster()
    link = InProcessLink(cluster, lambda: now, status)
    app = MonitorApp(link, start="tabs", clock=lambda: now, interval=0.05, glyphs="unicode")

    async def prepare(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        title = TABS[KEYS.index(key)].title
        await until(pilot, lambda: app.pane is not None and app.pane.crumb == title)
        for _ in range(3):
            link.asked = None
            await until(pilot, lambda: link.asked is not None)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=prepare)
