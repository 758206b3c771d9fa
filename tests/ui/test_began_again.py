"""A new collector starts its counters at zero, and the screen reports it."""

from __future__ import annotations

import pytest
from tests.ui.still_link import NOW, STATUS, StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.ui.status import BEGAN_AGAIN_SECONDS, StatusLine


@pytest.mark.parametrize("size", [(160, 40), (110, 40)])
async def test_functions_have_the_start_of_counting(size: tuple[int, int]) -> None:
    link = StillLink()
    app = app_on(link)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await until(pilot, lambda: f"since {format_time(STATUS.started)}" in screen_text(app))
        assert "began again" not in screen_text(app)
        assert "another collector" not in screen_text(app)
        link.status = STATUS._replace(started=NOW - 5, collector=2)
        link.version += 1
        await until(pilot, lambda: f"began again at {format_time(NOW - 5)}" in screen_text(app))


async def test_restarted_counters_are_reported_for_a_minute() -> None:
    link = StillLink()
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        link.status = STATUS._replace(started=NOW - 5, collector=2)
        told = f"another collector reads since {format_time(NOW - 5)}"
        await until(pilot, lambda: told in screen_text(app))
        line = app.query_one(StatusLine)
        app.session.clock = line.steady = lambda: NOW + BEGAN_AGAIN_SECONDS
        await until(pilot, lambda: told not in screen_text(app))
        assert line.problem == ""
