"""What the app shows of feed and scheduler: problems, losses, ages, task states."""

from __future__ import annotations

import re

import pytest
from tests.present import present
from tests.ui.still_link import NOW, OVERVIEW, STATUS, StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.status import StatusLine


def words(app: MonitorApp) -> str:
    return " ".join(screen_text(app).split())


async def test_the_self_panel_shows_the_monitors_resource_usage() -> None:
    link = StillLink(5)
    link.status = STATUS._replace(
        dropped=77,
        malformed=3,
        last_malformed="cut short",
        queue_age_seconds=0.25,
        refused=2,
        last_refused="KeyError: 7",
    )
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await app.action_command("self")
        await until(pilot, lambda: "collector cpu 1.2%   rss 48.0M" in screen_text(app))
        text = screen_text(app)
        for told in (
            "queue age 250ms",
            "events 123/s",
            "frames 4,210",
            "connects 1",
            "dropped 77",
            "malformed 3",
            "refused by the monitor itself 2   last KeyError: 7",
        ):
            assert told in text, told
        assert "last cut short" in text
        await until(
            pilot,
            lambda: re.search(r"viewer cpu \d+\.\d%   rss \d[\d.]*M   to the terminal \d", screen_text(app)),
        )


async def test_the_self_panel_fits_80_cells() -> None:
    link = StillLink(5)
    link.status = STATUS._replace(queue_age_seconds=0.25, events_per_second=1_234.0, frames=12_345_678)
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await app.action_command("self")
        await until(pilot, lambda: "collector cpu 1.2%" in screen_text(app))
        for told in ("queue age 250ms", "events 1.2k/s", "connects 1", "frames ", "malformed 0"):
            assert told in screen_text(app), told


async def test_a_lost_collector_is_reported_and_replaced() -> None:
    link = StillLink(5)
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        link.gone = "exit code -9"
        await until(pilot, lambda: "DISCONNECTED" in screen_text(app) and link.restarts)
        assert "exit code -9" in screen_text(app)
        link.gone = ""
        await until(pilot, lambda: "LIVE" in screen_text(app))


async def test_losses_are_visible_at_80_cells() -> None:
    link = StillLink(5)
    link.status = STATUS._replace(dropped=1234, malformed=5)
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        first = screen_text(app).splitlines()[0]
        assert "1,234 dropped" in first
        assert "5 bad" in first
        assert "refused" not in first
        link.status = link.status._replace(refused=7)
        app.collector.poll_now()
        await until(pilot, lambda: "5 bad · 7 refused" in screen_text(app).splitlines()[0])


@pytest.mark.parametrize("word", ["LIVE", "DISCONNECTED"])
@pytest.mark.parametrize(
    "address",
    [
        "wss://scheduler-0001.cluster.eu-west-1.example.com:8518",
        "ipc:///home/somebody/a/folder/of/a/cluster/that/lies/deep/down/scheduler.sock",
    ],
)
async def test_a_long_address_is_cut_in_its_middle_before_losses_are(address: str, word: str) -> None:
    link = StillLink(5)
    link.status = STATUS._replace(address=address, word=word, dropped=1234, malformed=5)
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        first = screen_text(app).splitlines()[0]
        assert "report 0s · 1,234 dropped · 5 bad" in " ".join(first.split())
        assert address[:6] in first
        assert address[-6:] in first
        await pilot.resize_terminal(46, 24)
        await until(pilot, lambda: "1,234 dropped" in screen_text(app).splitlines()[0])
        assert address[-4:] in screen_text(app).splitlines()[0]


async def test_the_problem_of_a_frozen_scheduler_is_complete_and_its_age_increases() -> None:
    link = StillLink(5)
    link.status = STATUS._replace(
        word="STALE",
        problem=f"{STATUS.address}: the scheduler may be frozen: it is silent, and a fresh connection is not "
        "greeted",
        report_age_seconds=12.0,
    )
    now = [NOW]
    app = MonitorApp(link, clock=lambda: now[0], interval=1000)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "connection is not greeted; no report since" in words(app))
        assert words(app).count(STATUS.address) == 1
        assert "(12s)" in words(app)
        now[0] += 5
        app._tick()
        await until(pilot, lambda: "(17s)" in words(app))
        await pilot.resize_terminal(140, 24)
        await until(pilot, lambda: app.query_one(StatusLine).size.height == 2)


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
async def test_setting_the_clock_changes_no_age(jump: float) -> None:
    link = StillLink(5)
    link.status = STATUS._replace(word="STALE", problem="frozen", report_age_seconds=12.0)
    now = [NOW]
    app = MonitorApp(link, clock=lambda: now[0], interval=1000)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "(12s)" in words(app))
        line = app.query_one(StatusLine)
        line.steady = lambda: NOW + 5
        now[0] += jump
        app._tick()
        await until(pilot, lambda: "(17s)" in words(app))
        line.status = present(line.status)._replace(report_age_seconds=None, time=NOW, since=NOW - 70)
        await until(pilot, lambda: "(1m10s)" in words(app))
        line.steady = lambda: NOW + 15
        now[0] += jump
        app._tick()
        await until(pilot, lambda: "(1m20s)" in words(app))


async def test_a_problem_has_its_age() -> None:
    link = StillLink(5)
    link.status = STATUS._replace(
        word="DISCONNECTED", connected=False, problem="10.0.0.7:8518 refuses connections", since=NOW - 75
    )
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "refuses" in screen_text(app))
        assert "1m15s" in screen_text(app)
        assert app.query_one(StatusLine).size.height == 2


@pytest.mark.parametrize("size", [(80, 24), (80, 12), (60, 8)])
async def test_states_of_failures_are_visible_and_empty_ones_are_not(size: tuple[int, int]) -> None:
    link = StillLink(5)
    states = dict.fromkeys(OVERVIEW.task_states or (), 0)
    link.overview = OVERVIEW._replace(task_states={**states, "success": 9})
    app = app_on(link)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "success 9" in screen_text(app))
        assert "canceled" not in screen_text(app)
        assert "failedWorkerDied" not in screen_text(app)
        link.overview = OVERVIEW._replace(task_states={**states, "failed": 4, "canceled": 3})
        link.version += 1
        await until(pilot, lambda: "failed 4" in screen_text(app) and "canceled 3" in screen_text(app))
