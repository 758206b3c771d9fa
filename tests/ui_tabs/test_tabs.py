"""Every tab on the deterministic scenario: keys, questions, entity pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from tests.present import present
from tests.scenario import build_cluster
from textual.pilot import Pilot

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.row_id import NAMELESS
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.figures.styled_text import line_text
from scaler_monitor.ui.figures.widgets import Chart, Figure
from scaler_monitor.ui.tab_list import Tab, all_tabs
from scaler_monitor.ui.tabs.entity_pages import UNKNOWN
from scaler_monitor.ui.tabs.facts import Facts
from scaler_monitor.ui.tabs.linked_table import LinkedTable, ProcessorTable
from scaler_monitor.wire.event import StateTask

WITH_DIGITS = [tab for tab in all_tabs() if tab.digit]
KEYS = "".join(tab.digit for tab in WITH_DIGITS)
Running = tuple[MonitorApp, Pilot[None], InProcessLink]
TABLE_TABS = {
    "2": "tasks",
    "5": "processors",
    "6": "events",
    "7": "functions",
    "8": "machines",
    "9": "clients",
}


@asynccontextmanager
async def tabs(
    size: tuple[int, int] = (100, 30),
) -> AsyncIterator[Running]:
    """Run the app on the scenario's cluster, at its tabs."""
    cluster, status, now = build_cluster()
    link = InProcessLink(cluster, lambda: now, status)
    app = MonitorApp(link, start="tabs", clock=lambda: now, interval=0.05, glyphs="unicode")
    async with app.run_test(size=size) as pilot:
        yield app, pilot, link


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Wait for a condition, with a time limit."""
    for _ in range(1500):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("the condition never held")


def text(figure: Figure) -> str:
    """Return the text of a figure."""
    return "\n".join(line_text(line) for line in figure.lines(figure.size.width, figure.size.height))


def table(app: MonitorApp) -> LinkedTable:
    """Return the active table."""
    assert app.body.pane is not None
    found = app.body.pane.active_table
    assert isinstance(found, LinkedTable)
    return found


def has_rows(app: MonitorApp) -> bool:
    return bool(app.body.pane and app.body.pane.active_table and table(app).window.rows)


def is_at(app: MonitorApp, title: str) -> bool:
    """Return whether the tab with this title is active."""
    return app.body.pane is not None and app.body.pane.crumb == title


@pytest.mark.parametrize(("key", "tab"), list(zip(KEYS, WITH_DIGITS, strict=True)))
async def test_each_tab_has_a_key(key: str, tab: Tab) -> None:
    """Each digit opens its tab, and only that one is requested."""
    async with tabs() as (app, pilot, link):
        await pilot.press(key)
        assert app.body.pane is not None
        await until(pilot, partial(is_at, app, tab.title))
        link.asked = None
        await until(pilot, lambda: link.asked is not None)
        assert link.asked is not None
        wanted = {question.table for question in link.asked.tables}
        if key in TABLE_TABS:
            assert wanted == {TABLE_TABS[key]}
            await until(pilot, lambda: table(app).window.rows)
        elif key in "34":
            assert not wanted
            assert link.asked.figures


def test_ten_names_fit_eighty_cells() -> None:
    """Keys, names and gaps of the short names."""
    assert sum(len(tab.short) + 3 for tab in WITH_DIGITS) <= 80


@pytest.mark.parametrize(("width", "names"), [(80, "short"), (200, "title")])
async def test_names_of_tabs_are_complete(width: int, names: str) -> None:
    """From 80 cells on no tab name is cut."""
    async with tabs((width, 24)) as (app, pilot, _):
        line = "".join(segment.text for segment in app.screen._compositor.render_strips()[1])
        for key, tab in zip(KEYS, WITH_DIGITS, strict=True):
            assert f"{key} {getattr(tab, names)} " in f"{line} "
        await pilot.pause()


async def test_columns_stay_when_rows_no_longer_fit_the_screen() -> None:
    """The scrollbar has a reserved cell."""
    places = []
    for seconds in (2, 60):
        cluster, status, now = build_cluster(seconds)
        link = InProcessLink(cluster, partial(float, now), status)
        app = MonitorApp(link, start="tabs", clock=partial(float, now), interval=0.05, glyphs="unicode")
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("2")
            await until(pilot, partial(has_rows, app))
            places.append([(place.column.key, place.width) for place in table(app).columns])
    assert places[0] == places[1]
    assert "task" in dict(places[0])


async def test_charts_show_both_and_change_scale() -> None:
    """Memory and CPU arrive with one answer; `L` changes both."""
    async with tabs() as (app, pilot, _):
        await pilot.press("4")

        def charts() -> list[Chart]:
            return list(present(app.body.pane).query(Chart))

        await until(pilot, lambda: len(charts()) == 2 and all(chart.figure for chart in charts()))
        await pilot.press("L")
        memory, cpu = charts()
        assert "log" in text(memory)
        assert "log" in text(cpu)


async def test_the_filter_of_live_is_that_of_the_focused_table() -> None:
    """At first the workers have the focus, not the managers above them."""
    async with tabs() as (app, pilot, _):
        await until(pilot, lambda: app.body.pane is not None and table(app).answered)
        await pilot.press("slash", *"lag", "greater_than_sign", *"5ms")
        workers, managers = (app.query_one(f"#live-{name}", LinkedTable) for name in ("workers", "managers"))
        await until(pilot, lambda: workers.view.filter == "lag>5ms")
        assert not managers.view.typed_filter
        assert not workers.view.filter_error


async def test_processors_fold() -> None:
    """`x` folds the worker at the cursor into one row, and unfolds it."""
    async with tabs() as (app, pilot, _):
        await pilot.press("5")
        await until(pilot, lambda: has_rows(app) and table(app).window.matched)
        rows = table(app).window.matched
        await pilot.press("x")
        await until(pilot, lambda: table(app).window.matched < rows)
        await pilot.press("x")
        await until(pilot, lambda: table(app).window.matched == rows)


async def test_processors_of_a_machine_fold_too() -> None:
    """`x` works on a page too, as the caption says."""
    async with tabs((120, 40)) as (app, pilot, _):
        await app.navigation.open_entity("machine", "aws-gpu-node-01")
        await until(pilot, lambda: app.body.pane and app.body.pane.query("#scoped-processors"))
        processors = present(app.body.pane).query_one("#scoped-processors", LinkedTable)
        await until(pilot, lambda: processors.window.matched == 4)
        processors.focus()
        await until(pilot, lambda: processors.has_focus)
        await pilot.press("x")
        await until(pilot, lambda: processors.window.matched == 2)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("2", "task"),
        ("5", "worker"),
        ("6", "task"),
        ("7", "function"),
        ("8", "machine"),
        ("9", "client"),
        ("0", "object"),
    ],
)
async def test_enter_opens_a_page_and_escape_goes_back(key: str, kind: str) -> None:
    """Every row opens the page of its entity, with facts; after Esc the cursor has not moved."""
    async with tabs() as (app, pilot, link):
        await pilot.press(key)
        await until(pilot, partial(has_rows, app))
        base = app.body.pane
        await pilot.press("down", "down")
        cursor = table(app).view.cursor
        await pilot.press("enter")
        await until(pilot, lambda: app.body.pane is not base)
        assert app.body.pane is not None
        assert app.body.pane.crumb.startswith(kind)
        await until(pilot, lambda: link.asked and link.asked.facts_kind == kind)
        facts = app.body.pane.query_one("Facts", Figure)
        await until(pilot, lambda: text(facts).strip())
        await pilot.press("escape")
        await until(pilot, lambda: app.body.pane is base)
        assert table(app).view.cursor == cursor


@pytest.mark.parametrize(("key", "kind"), [("1", "worker"), ("2", "task"), ("7", "function")])
async def test_no_label_of_a_page_is_cut_at_80_cells(key: str, kind: str) -> None:
    """Facts use another line instead of cutting a label."""
    async with tabs((80, 24)) as (app, pilot, _):
        await pilot.press(key)
        await until(pilot, partial(has_rows, app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.body.pane is not None and app.body.pane.query("Facts"))
        assert app.body.pane is not None
        facts = app.body.pane.query_one(Facts)
        await until(pilot, lambda: text(facts).strip())
        assert [label for label, _ in facts._facts if label and f" {label} " not in text(facts)] == []


@pytest.mark.parametrize("size", [(10, 3), (40, 10), (300, 100)])
async def test_every_tab_survives_every_size(size: tuple[int, int]) -> None:
    """No size crashes the app."""
    async with tabs(size) as (app, pilot, _):
        for key in KEYS:
            await pilot.press(key)
            await pilot.pause()
        assert app.is_running


def nameless_task(number: int) -> StateTask:
    return StateTask(bytes([number]) * 16, "", "running", "Worker|a", None, None, None, "Client|a", None)


async def test_the_function_with_an_empty_name_is_shown_as_empty() -> None:
    """Breadcrumb, histogram title and copied row have the text of its column, not its row id."""
    cluster, status, now = build_cluster()
    ClusterModel.of(cluster).apply(nameless_task(1), now)
    link = InProcessLink(cluster, lambda: now, status)
    app = MonitorApp(link, start="tabs", clock=lambda: now, interval=0.05, glyphs="unicode")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("7")
        await until(pilot, partial(has_rows, app))
        table(app).view.cursor = NAMELESS
        chosen = app.query_one("#functions-chosen", Figure)
        await until(pilot, lambda: "durations of (empty)" in text(chosen))
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard.startswith("(empty)\n"))
        await pilot.press("enter")
        await until(pilot, lambda: app.body.pane is not None and app.body.pane.crumb == "function (empty)")
        tasks = present(app.body.pane).query_one("#scoped-tasks", LinkedTable)
        await until(pilot, lambda: tasks.window.rows)
        assert app.body.pane is not None
        assert "nameless" not in text(app.body.pane.query_one(Facts))


@pytest.mark.parametrize("kind", ["worker", "task", "function", "machine", "object"])
async def test_the_page_of_an_unknown_entity_has_a_text(kind: str) -> None:
    """One line, complete at 80 cells, instead of facts."""
    async with tabs((80, 24)) as (app, pilot, _):
        await app.navigation.open_entity(kind, "ff" * 16)
        await until(pilot, lambda: app.body.pane and app.body.pane.query(Facts))
        facts = present(app.body.pane).query_one(Facts)
        await until(pilot, lambda: text(facts).split() == [kind, *UNKNOWN.split()])


async def test_the_window_keys_work_while_zoomed_in() -> None:
    """`[` does nothing; `]` selects the shortest window."""
    async with tabs() as (app, pilot, _):
        await pilot.press("4", *["plus"] * 6)
        await until(pilot, lambda: app.view_state.window_seconds == 15)
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert app.view_state.window_seconds == 15
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: app.view_state.window_seconds == 300)


async def test_an_answer_with_an_older_folding_is_not_shown() -> None:
    """Rows with the earlier folding are not shown, and are not current until new ones arrive."""
    async with tabs() as (app, pilot, _):
        await pilot.press("5")
        await until(pilot, lambda: present(app.body.pane).active_table and table(app).is_current)
        before = table(app).question()
        processors = table(app)
        assert isinstance(processors, ProcessorTable)
        processors.command_fold()
        assert not table(app).is_answered_by(before)
        assert not table(app).is_current
        assert table(app).is_answered_by(table(app).question())
        await until(pilot, lambda: table(app).is_current)
