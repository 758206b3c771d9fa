"""The head of the top view: content and number of lines."""

from __future__ import annotations

import pytest
from tests.ui.still_link import OVERVIEW, StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.ui.top.top_head import TopHead


async def test_the_head_has_no_line_for_a_single_figure_at_80_cells() -> None:
    link = StillLink(5)
    states = dict.fromkeys(OVERVIEW.task_states or (), 0)
    some = {"inactive": 12, "running": 123, "success": 12345, "failed": 184, "canceledNotFound": 1}
    link.overview = OVERVIEW._replace(
        task_states={**states, **some}, objects=1773, storage=(1773, 742, 55 << 10, 0, 0, 0)
    )
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "canceledNotFound 1" in screen_text(app))
        head = app.query_one(TopHead)
        assert head.size.height == 3
        assert "rss_free 12.0G  objects 1,773  size 55K" in screen_text(app)
        link.overview = link.overview._replace(storage=(1773, 742, 55 << 10, 2, 2, 1))
        link.version += 1
        await until(pilot, lambda: "wait 2" in screen_text(app))


@pytest.mark.parametrize(
    ("objects", "told"), [(2, "wait 2 (2 objects)"), (1, "wait 2 (1 object)"), (None, "wait 2 (- objects)")]
)
async def test_the_number_of_awaited_objects_may_be_unknown(objects: int | None, told: str) -> None:
    link = StillLink(5)
    link.overview = OVERVIEW._replace(storage=(1773, 742, 55 << 10, 2, objects, 1))
    app = app_on(link)
    async with app.run_test(size=(100, 24)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: told in screen_text(app))
