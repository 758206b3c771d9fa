"""Snapshots of the top view; look at each one when it changes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.ui.still_link import NOW, STATUS, StillLink
from tests.ui.watching import app_on, screen_text, settled, until
from textual.pilot import Pilot

from scaler_monitor.ui.app import MonitorApp

SIZES = [(80, 24), (120, 40), (160, 50)]

pytestmark = pytest.mark.snapshot


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_top_live(snap_compare: Any, size: tuple[int, int]) -> None:
    """Aligned numbers, sorted by CPU, the cursor on the second worker."""

    async def prepare(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("down", "down")

    assert snap_compare(app_on(StillLink(60)), terminal_size=size, run_before=prepare)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_top_paused(snap_compare: Any, size: tuple[int, int]) -> None:
    """PAUSED is prominent, with the time of the screen."""

    async def prepare(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("space")
        app = pilot.app
        assert isinstance(app, MonitorApp)
        await until(pilot, lambda: app.session.paused_since is not None)

    assert snap_compare(app_on(StillLink(60)), terminal_size=size, run_before=prepare)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_top_disconnected(snap_compare: Any, size: tuple[int, int]) -> None:
    """The problem and its age, above the last values."""
    link = StillLink(60)
    link.status = STATUS._replace(
        word="DISCONNECTED", connected=False, problem="10.0.0.7:8518 refuses connections", since=NOW - 75
    )

    async def prepare(pilot: Pilot[None]) -> None:
        await settled(pilot)

    assert snap_compare(app_on(link), terminal_size=size, run_before=prepare)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_filter_error(snap_compare: Any, size: tuple[int, int]) -> None:
    """The parse error is beside the filter; the rows are those of the last valid one."""

    async def prepare(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("slash", "slash")
        await until(pilot, lambda: "an open /" in screen_text(pilot.app))

    assert snap_compare(app_on(StillLink(60)), terminal_size=size, run_before=prepare)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_help(snap_compare: Any, size: tuple[int, int]) -> None:
    """All keys, by group."""

    async def prepare(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: "all keys" in screen_text(pilot.app))

    assert snap_compare(app_on(StillLink(60)), terminal_size=size, run_before=prepare)
