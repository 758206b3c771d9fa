"""Extreme clusters on the smallest screen that is fully usable."""

from __future__ import annotations

import pytest
from tests.scenario import START, status_at
from tests.scenario.cast import CLIENTS, Job, Kind
from tests.scenario.report import report
from tests.scenario.world import World
from tests.ui_tabs.test_captions import body_text
from tests.ui_tabs.test_tabs import KEYS, WITH_DIGITS, until

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.tab_list import all_tabs
from scaler_monitor.wire.event import Capability, Profile, StateWorker

LONG = "module_" * 1428 + "then_end"
MANY = tuple(Capability(f"capability-{number:04d}", number) for number in range(1000))


def crowded_cluster() -> tuple[ClusterState, float]:
    """Return a worker with 500 processors, a name of 10,000 characters, and 1,000 capabilities."""
    world = World(seed=3, workers=3, processors=500, submitted=(0,))
    model, now = ClusterModel(START), START
    cluster = model.state
    model.feed_changed(True, START)
    model.apply(StateWorker(world.workers[0].name, "connected", MANY), START)
    for second in range(1, 4):
        now = START + second
        for number, capability in enumerate(MANY[(second - 1) * 333 : second * 333 + 1]):
            worker = world.workers[number % 3]
            kind = Kind(LONG if number % 2 else f"kind-{number}", 1.0, (capability,), 1 << 20)
            job = Job(world.random.getrandbits(128).to_bytes(16, "big"), kind, CLIENTS[0][0], 1.0, "success")
            model.apply(world._told(job, "running", worker.name, "hasCapacity"), now)
            if number % 3:
                worker.queue.append(job)
            else:
                profile = Profile(0.5, 1 << 20, 0.5)
                model.apply(world._told(job, "success", "", "taskResultSuccess", profile), now)
        world._start(now)
        model.apply(report(world, now), now)
        model.tick(now)
    return cluster, now


@pytest.mark.parametrize("key", list(KEYS), ids=[tab.name for tab in WITH_DIGITS])
async def test_every_tab_draws_extreme_clusters(key: str) -> None:
    """Lines are as wide as the screen, long names are cut, and Enter works."""
    cluster, now = crowded_cluster()
    link = InProcessLink(cluster, lambda: now, status_at(cluster, now))
    app = MonitorApp(link, start="tabs", clock=lambda: now, interval=0.05, glyphs="unicode")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        title = all_tabs()[KEYS.index(key)].title
        await until(pilot, lambda: app.body.pane is not None and app.body.pane.crumb == title)
        await until(pilot, lambda: body_text(app).strip())
        for press in ("down", "pagedown", "end", "home", "right", "left"):
            await pilot.press(press)
        assert all(len(line) == 80 for line in body_text(app).split("\n"))
        base = app.body.pane
        await pilot.press("down", "enter")
        await pilot.pause()
        assert all(len(line) == 80 for line in body_text(app).split("\n"))
        await pilot.press("escape")
        await until(pilot, lambda: app.body.pane is base)
        await pilot.press("question_mark")
        assert app.failure is None


async def test_five_hundred_processors_fold_into_one_row() -> None:
    """`x` folds the worker; its row has sums and the number of processors."""
    cluster, now = crowded_cluster()
    link = InProcessLink(cluster, lambda: now, status_at(cluster, now))
    app = MonitorApp(link, start="tabs", clock=lambda: now, interval=0.05, glyphs="unicode")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: "1,500 rows" in body_text(app))
        await pilot.press("down", "x")
        await until(pilot, lambda: "1,001 rows" in body_text(app))
        await until(pilot, lambda: "x500" in body_text(app))


async def test_a_workers_page_has_all_its_facts_on_the_smallest_screen() -> None:
    """Short facts share a line; long texts have their own line."""
    cluster, now = crowded_cluster()
    link = InProcessLink(cluster, lambda: now, status_at(cluster, now))
    app = MonitorApp(link, start="tabs", clock=lambda: now, interval=0.05, glyphs="unicode")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.navigation.open_entity("worker", cluster.workers.names[0])
        await until(pilot, lambda: "host " in body_text(app))
        await until(
            pilot, lambda: all(f" {title} " in body_text(app) for title in ("lag", "ITL", "procs", "seen"))
        )
