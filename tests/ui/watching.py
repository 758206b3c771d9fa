"""Helpers of pilot tests that wait for a condition, with a time limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.ui.still_link import NOW, StillLink
from textual import events
from textual.app import App
from textual.pilot import Pilot

from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.table.entity_table import EntityTable

LIMIT_SECONDS = 120.0  # a machine that does ten other things


def app_on(link: StillLink, **options: Any) -> MonitorApp:
    """Return an app on a static cluster, with a short interval so that tests are fast."""
    return MonitorApp(link, clock=lambda: NOW, interval=0.02, **{"glyphs": "unicode", **options})


async def until(pilot: Pilot[None], condition: Callable[[], object], what: str = "") -> None:
    """Wait until `condition` is true; `what` is the message of the failure."""
    limit = time.monotonic() + LIMIT_SECONDS
    while True:
        await pilot.pause()
        if condition():
            return
        assert time.monotonic() < limit, f"{what or 'not in time'}:\n{screen_text(pilot.app)}"
        await asyncio.sleep(0.01)


def type_at_once(app: MonitorApp, *keys: str) -> None:
    """Type `keys` faster than they can act, as a pty passes on input that was typed ahead."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else {"slash": "/"}.get(key)))


async def settled(pilot: Pilot[None]) -> EntityTable:
    """Return the worker table of the top view when it has rows."""
    await until(pilot, lambda: pilot.app.query("#top-workers"))
    table = pilot.app.query_one("#top-workers", EntityTable)
    await until(pilot, lambda: table.answered)
    return table


def screen_text(app: App[Any]) -> str:
    """Return the screen as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)
