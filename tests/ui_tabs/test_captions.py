"""What stands above tables, and in place of rows that are not there."""

from __future__ import annotations

import pytest
from tests.scenario import START, build_cluster, status_at
from tests.ui_tabs.test_tabs import table, tabs, text, until

from scaler_monitor.collector.twin import InProcessLink
from scaler_monitor.model.cluster import Cluster
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.figures.span import line_text
from scaler_monitor.ui.figures.widgets import TextLines
from scaler_monitor.ui.table.window import RowWindow
from scaler_monitor.ui.tabs.captions import caption, why_empty
from scaler_monitor.ui.tabs.overview_lines import scheduler_line
from scaler_monitor.ui.tabs.registry import TABS
from scaler_monitor.ui.top.sections import totals_sentence
from scaler_monitor.views.format import counted, format_time
from scaler_monitor.views.overview import describe_overview


def window(total: int, matched: int | None = None, shed: int = 0) -> RowWindow:
    """A window onto so many rows."""
    held = RowWindow()
    held.total, held.matched, held.shed = total, total if matched is None else matched, shed
    return held


def test_a_caption_counts() -> None:
    """All rows, those that pass the filter, those that are gone, those that are not listed."""
    assert line_text(caption("tasks", window(1))).strip() == "1 task"
    assert line_text(caption("clients", window(0))).strip() == "0 clients"
    assert line_text(caption("events", window(50_000, 12, 1_203))).strip() == (
        "12 of 50,000 events   1,203 older ones no longer held"
    )
    assert (
        line_text(caption("objects", window(500), 18_370))
        .strip()
        .endswith("500 objects   the biggest of 18,370 that the scheduler counts")
    )
    since = " ".join(line_text(caption("functions", window(3), since=START)).split())
    assert since == f"3 functions seen since {format_time(START)}"
    assert "since" not in line_text(caption("clients", window(3), since=START))
    assert "biggest" not in line_text(caption("objects", window(24), 24))


def test_an_empty_table_says_why() -> None:
    """Not connected, nothing reported yet, nobody there: each is told apart."""
    cluster, status, _ = build_cluster(1)
    early = status._replace(report_age_seconds=None)
    assert "not connected" in why_empty("clients", early._replace(connected=False))
    assert "no report" in why_empty("clients", early)
    assert why_empty("clients", status) == "no client has reported yet"
    assert "16:00:00" in why_empty("tasks", early)
    del cluster


async def test_captions_count_the_scenario() -> None:
    """The number above the table is that of its rows, before and after a filter."""
    async with tabs() as (app, pilot, _):
        await pilot.press("9")
        await until(
            pilot, lambda: app.pane.query(".caption") and text(app.pane.query_one(".caption", TextLines))
        )  # type: ignore[union-attr]
        assert app.pane is not None
        shown = app.pane.query_one(".caption", TextLines)
        await until(pilot, lambda: "3 clients" in text(shown))
        await pilot.press("slash", *"batch")
        await until(pilot, lambda: "1 of 3 clients" in text(shown))
        assert table(app).window.matched == 1


WHY = ["no report", "no task seen", "no worker", "no report", "no report", "no change"]
WHY += ["no task seen", "no report", "no report", "no report"]


@pytest.mark.parametrize(
    ("key", "why"), list(zip("1234567890", WHY, strict=True)), ids=[tab.name for tab in TABS]
)
async def test_every_tab_of_an_empty_cluster_says_why(key: str, why: str) -> None:
    """Before the first report no tab is blank."""
    cluster = Cluster(START)
    status = status_at(cluster, START)._replace(report_age_seconds=None, report_interval_seconds=None)
    app = MonitorApp(
        InProcessLink(cluster, lambda: START, status), start="tabs", clock=lambda: START, interval=0.05
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: why in body_text(app))


def body_text(app: MonitorApp) -> str:
    """All between the tabs' names and the keys."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines[2:-1])


def test_the_lines_above_tell_who_is_silent_and_whose_memory_is_free() -> None:
    """A silent worker is still one of the workers; `free` alone is free task slots."""
    cluster, _, now = build_cluster()
    overview = describe_overview(cluster, now)
    assert totals_sentence(overview).endswith(", 1 silent, 1 departed")
    assert "silent" not in totals_sentence(overview._replace(silent_workers=0))
    assert " rss_free 21.0G" in line_text(scheduler_line(overview, 120))


async def test_one_of_a_thing_is_told_in_the_singular() -> None:
    """A folded worker with one task at work; a filter that its only worker fails; a window of one worker."""
    async with tabs() as (app, pilot, _):
        await pilot.press("5", "x")
        await until(pilot, lambda: "11 rows" in body_text(app))
        assert "1 task " in body_text(app)
        assert "2 tasks " in body_text(app)
        assert "1 tasks" not in body_text(app)
        await pilot.press("3", "slash", *"worker:onprem-01")
        await until(pilot, lambda: "1-1 of 1 worker " in body_text(app))
    assert (counted(0, "task"), counted(1, "task"), counted(1203, "task")) == (
        "0 tasks",
        "1 task",
        "1,203 tasks",
    )
