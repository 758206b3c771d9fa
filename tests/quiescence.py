"""When a screen under test has done what it was told to: a pytest plugin.

Textual's pilot takes an app for ready once its process is idle, or after a second; an app that asks for news
many times a second is never idle. The pilot waits here until the event loop has nothing left to run, timers
of one frame included, and for no longer than Textual would.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import textual.app
import textual.pilot

FRAME_SECONDS = 1 / 50
"""Longer than the pause in which Textual gathers what is to be painted."""


async def loop_at_rest(_min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Return when only timers, other threads and other processes can wake the event loop."""
    limit = time.monotonic() + max_sleep
    await _nothing_ready(limit)
    await asyncio.sleep(FRAME_SECONDS)
    await _nothing_ready(limit)


async def _nothing_ready(limit: float) -> None:
    loop: Any = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(0)
        if not loop._ready or time.monotonic() > limit:
            return


for module in (textual.app, textual.pilot):
    module.wait_for_idle = loop_at_rest  # type: ignore[attr-defined]
