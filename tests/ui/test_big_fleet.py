"""Ten thousand workers over the real link: all are reachable, and the collector sorts and filters."""

from __future__ import annotations

import pytest
from bench.stream import simulator
from tests.ui.watching import until

from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.table.entity_table import EntityTable

pytestmark = pytest.mark.peer


async def test_ten_thousand_workers_over_the_real_link() -> None:
    with simulator(10_000, 1, 20) as stream:
        app = MonitorApp(ProcessLink(stream.address), interval=0.5)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.query("#top-workers"))
            table = app.query_one("#top-workers", EntityTable)
            await until(pilot, lambda: table.window.total == 10_000)
            await pilot.press("n", "r")
            await until(pilot, lambda: table.is_current and table.view.sort == "worker")
            await pilot.press("end")
            await until(pilot, lambda: table.is_current and "009999" in table.view.cursor)
            assert table.view.position == 9_999
            assert table.top == 10_000 - table.screenful
            assert len(table.window.rows) < 200
            await pilot.press("home")
            await until(pilot, lambda: table.is_current and "000000" in table.view.cursor)
            await pilot.press("slash", *"worker:SIM|00999", "enter")
            await until(pilot, lambda: table.window.matched == 10 and table.is_current)
            assert all("00999" in row.id for row in table.window.rows)
