"""Captions above tables, and texts of empty tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.present import present
from tests.scenario import START, build_cluster, status_at
from tests.ui_tabs.test_tabs import KEYS, WITH_DIGITS, table, tabs, text, until

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.figures.styled_text import StyledText, line_text
from scaler_monitor.ui.figures.widgets import TextLines
from scaler_monitor.ui.table.window import RowWindow
from scaler_monitor.ui.tabs.caption import caption, empty_reason
from scaler_monitor.ui.tabs.overview_lines import scheduler_line, tasks_line
from scaler_monitor.ui.top.sections import totals


def window(total: int, matched: int | None = None, shed: int = 0) -> RowWindow:
    """Return a window with `total` rows."""
    held = RowWindow()
    held.total, held.matched, held.shed = total, total if matched is None else matched, shed
    return held


def test_a_caption_counts_rows() -> None:
    """All rows, matching rows, departed and discarded ones, and their description."""
    assert line_text(caption(TABLES["tasks"], window(1))).strip() == "1 task"
    assert line_text(caption(TABLES["clients"], window(0))).strip() == "0 clients"
    assert line_text(caption(TABLES["events"], window(50_000, 12, 1_203))).strip() == (
        "12 of 50,000 events   1,203 older ones no longer held"
    )
    told = caption(TABLES["workers"], window(11), kind="on it", warnings=[StyledText("1 silent", "warn")])
    assert line_text(told).strip() == "11 workers on it   1 silent"
    left = caption(
        TABLES["workers"], window(10_000), departed=9_000, warnings=[StyledText("1 silent", "warn")]
    )
    assert line_text(left).strip() == "1,000 workers, 9,000 departed still listed   1 silent"


def test_a_removed_row_is_not_counted() -> None:
    """The cursor's removed row is shown in addition to the others."""
    assert line_text(caption(TABLES["processors"], window(0, 1))).strip() == "0 rows"
    assert line_text(caption(TABLES["workers"], window(5, 6))).strip() == "5 workers"


def test_notes_are_complete_or_left_out() -> None:
    """As many as fit, in their order."""
    notes = ["counted since 16:00:00", "tasks: held now"]
    lines = {
        width: line_text(caption(TABLES["clients"], window(3), notes=notes, width=width))
        for width in range(20, 90)
    }
    assert set(lines.values()) == {
        " 3 clients",
        " 3 clients   counted since 16:00:00",
        " 3 clients   counted since 16:00:00   tasks: held now",
    }
    assert all(len(line) <= width for width, line in lines.items())


def test_a_note_is_shown_only_with_its_column() -> None:
    """It begins with the title of its column; other notes are about the whole table."""
    clients = TABLES["clients"]
    assert clients.notes_for({"client", "tasks"}) == ["tasks: the scheduler's own count"]
    assert clients.notes_for({"submitted"}) == ["submitted = open + finished + missed"]
    assert replace(clients, notes=("all of them",)).notes_for(()) == ["all of them"]


def test_an_empty_table_has_its_reason() -> None:
    """Not connected, no report yet, and nothing to list have different texts."""
    cluster, status, _ = build_cluster(1)
    early = status._replace(report_age_seconds=None)
    assert "not connected" in empty_reason(TABLES["clients"], early._replace(connected=False))
    assert "no report" in empty_reason(TABLES["clients"], early)
    assert empty_reason(TABLES["clients"], status) == "no client has reported yet"
    assert "16:00:00" in empty_reason(TABLES["tasks"], early)
    del cluster


async def test_captions_count_the_scenario() -> None:
    """The caption has the number of rows, before and after a filter."""
    async with tabs() as (app, pilot, _):
        await pilot.press("9")
        pane = present(app.body.pane)
        await until(pilot, lambda: pane.query(".caption") and text(pane.query_one(".caption", TextLines)))
        shown = pane.query_one(".caption", TextLines)
        await until(pilot, lambda: "3 clients" in text(shown))
        await pilot.press("slash", *"batch")
        await until(pilot, lambda: "1 of 3 clients" in text(shown))
        assert table(app).window.matched == 1


WHY = ["no report", "no task seen", "no worker", "no report", "no report", "no event"]
WHY += ["no task seen", "no report", "no report", "no report"]


@pytest.mark.parametrize(
    ("key", "why"), list(zip(KEYS, WHY, strict=True)), ids=[tab.name for tab in WITH_DIGITS]
)
async def test_every_tab_of_an_empty_cluster_has_its_reason(key: str, why: str) -> None:
    """Before the first report every tab has a text."""
    cluster = ClusterState(START)
    status = status_at(cluster, START)._replace(report_age_seconds=None, report_interval_seconds=None)
    app = MonitorApp(
        InProcessLink(cluster, lambda: START, status), start="tabs", clock=lambda: START, interval=0.05
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: why in body_text(app))


def body_text(app: MonitorApp) -> str:
    """Return the text between the tab bar and the footer."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines[2:-1])


def test_lines_above_the_table_count_silent_workers_and_explain_free() -> None:
    """A silent worker is counted as a worker; `free` means free task slots."""
    cluster, _, now = build_cluster()
    overview = describe_overview(cluster, now)
    calm = overview._replace(silent_workers=0, pending_workers=0, departed_workers=0, overdue_tasks=0)
    assert totals(calm, 78) == [("Total 3 manager(s) with 11 worker(s)", "")]
    alarmed = calm._replace(silent_workers=1, overdue_tasks=2, departed_workers=1)
    assert totals(alarmed, 78)[0] == ("Total 3 manager(s) with 11 worker(s)", "")
    assert ("1 silent", "warn") in totals(alarmed, 78)
    assert totals(alarmed, 78)[-1] == ("1 departed", "")
    huge = alarmed._replace(workers=10_000, silent_workers=1_234, departed_workers=5_000)
    said = "".join(text for text, _ in totals(huge, 78))
    assert said == "3 managers, 10,000 workers, 1,234 silent, 2 overdue, 5,000 departed"
    assert totals(huge, 200)[0] == ("Total 3 manager(s) with 10,000 worker(s)", "")
    assert " rss_free 21.0G" in line_text(scheduler_line(overview, 120))


def test_failed_tasks_are_bad_while_their_number_grows() -> None:
    """The number of failed tasks is a total; the rate shows present failures."""
    overview = describe_overview(*build_cluster()[::2])
    calm = tasks_line(overview._replace(failed_rate=0.0), 120)
    states = {"running": 4, "success": 90, "failed": 2, "failedWorkerDied": 1, "canceled": 1}
    overview = overview._replace(task_states=states, task_rate=20.0, inactive=7, queued=5, running=3)
    line = tasks_line(overview._replace(failed_rate=1.5), 120)
    told = " ".join(line_text(line).split())
    assert (
        told == "tasks inactive 7 queued 5 running 3 done 20.0/s failed 3 +1.5/s success 90 canceled 1 sent 4"
    )
    assert [span.text for span in line if span.colour == "bad"] == ["3 +1.5/s"]
    assert not [span for span in calm if span.colour == "bad"]
    assert "failed -" in line_text(tasks_line(overview._replace(task_states=None), 120))
    assert all(len(line_text(tasks_line(overview, width))) <= width for width in range(40, 120))


async def test_one_entity_is_in_the_singular() -> None:
    """A folded worker with one running task."""
    async with tabs() as (app, pilot, _):
        await pilot.press("5", "x")
        await until(pilot, lambda: "11 rows" in body_text(app))
        assert "1 task " in body_text(app)
        assert "2 tasks " in body_text(app)
        assert "1 tasks" not in body_text(app)
    assert (count_with_noun(0, "task"), count_with_noun(1, "task"), count_with_noun(1203, "task")) == (
        "0 tasks",
        "1 task",
        "1,203 tasks",
    )


async def test_live_counts_absent_workers_and_objects_has_the_total() -> None:
    """Silent and departed workers are counted above the table; only the biggest objects are listed."""
    async with tabs((80, 24)) as (app, pilot, _):
        await until(pilot, lambda: " workers 11  managers 3" in body_text(app))
        await until(pilot, lambda: "tasks      inactive 0  queued " in body_text(app))
        await until(
            pilot,
            lambda: " 11 workers, 1 departed still listed   3 pending   1 silent" in body_text(app),
        )
        await pilot.press("5")
        await until(pilot, lambda: " rows   3 pending   1 silent   1 departed" in body_text(app))
        await pilot.press("0")
        await until(pilot, lambda: " 24 objects listed, the biggest of 1,694 " in body_text(app))


async def test_tables_of_a_page_have_captions_and_share_its_height() -> None:
    """The clients of a function show their tasks of all functions; a table with one row has two lines."""
    async with tabs((80, 24)) as (app, pilot, _):
        await app.navigation.open_entity("function", "train_big_model")
        await until(pilot, lambda: " 38 tasks of this function " in body_text(app))
        await until(pilot, lambda: " 1 worker it ran on " in body_text(app))
        assert " 3 clients calling it, with their tasks of all functions " in body_text(app)
        assert app.body.pane is not None
        await until(pilot, lambda: present(app.body.pane).query_one("#scoped-workers").size.height == 2)
        assert app.body.pane.query_one("#scoped-tasks").size.height > 5


async def test_long_facts_on_a_page_are_complete() -> None:
    """The id and the status of a task have their own lines, and are not cut."""
    async with tabs((80, 24)) as (app, pilot, _):
        await pilot.press("2")
        await until(pilot, lambda: table(app).window.rows)
        task = table(app).window.rows[0].id
        await pilot.press("down", "enter")
        await until(pilot, lambda: f" {task} " in body_text(app))


@pytest.mark.parametrize("key", ["2", "6"], ids=["tasks", "events"])
async def test_a_scrolled_log_shows_the_number_of_newer_rows(key: str) -> None:
    """Also after a return to the tab; not at the top, and not in another order."""
    async with tabs(size=(120, 20)) as (app, pilot, _):
        await pilot.press(key)
        await until(pilot, lambda: table(app).answered and table(app).window.total > 40)
        assert "newer above" not in body_text(app)
        await pilot.press("pagedown", "pagedown", "pagedown")
        await until(
            pilot, lambda: table(app).top and f" {table(app).top} newer above: Home" in body_text(app)
        )
        await pilot.press("8", key)
        await until(pilot, lambda: f" {table(app).top} newer above: Home" in body_text(app))
        await pilot.press("home")
        await until(pilot, lambda: "newer above" not in body_text(app))
        await pilot.press("r", "pagedown", "pagedown", "pagedown")
        await until(pilot, lambda: table(app).top and table(app).is_current)
        assert "newer above" not in body_text(app)
