"""The Worker Task Stream: cursor, window, zoom and pan, filter."""

from __future__ import annotations

import re

import pytest
from tests.present import present
from tests.ui_tabs.test_captions import body_text
from tests.ui_tabs.test_tabs import tabs, text, until

from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.tabs.stream_pane import StreamPane


async def test_stream_has_a_cursor_window_and_pan() -> None:
    """The cursor shows the facts of a bar; window, zoom and pan change the question."""
    async with tabs() as (app, pilot, link):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.body.pane, StreamPane) and app.body.pane.figure)
        pane = app.body.pane
        assert isinstance(pane, StreamPane)
        await pilot.press("down", "down", "left")
        worker = pane.cursor.worker
        assert worker
        await until(
            pilot, lambda: pane.figure is not None and dict(pane.figure.cursor_facts).get("worker") == worker
        )
        await pilot.press("right_square_bracket")
        assert pane.window_seconds == 600
        await pilot.press("plus")
        assert pane.window_seconds == 300
        await pilot.press("comma")
        assert pane.end_seconds_ago == pytest.approx(75)
        await until(
            pilot,
            lambda: link.asked and [figure.end_seconds_ago for figure in link.asked.figures] == [75],
        )
        await pilot.press("full_stop")
        assert pane.held_end is None
        assert "now" in text(pane.stream)
        await pilot.press("T")
        assert "now" not in text(pane.stream)
        assert pane.cursor.worker == worker
        await pilot.press("enter")
        assert app.body.path == ("Worker Task Stream", f"worker {worker}")
        await pilot.press("escape")
        assert app.body.pane is pane


async def test_window_zoom_and_pan_have_limits() -> None:
    """Windows are 5, 10 and 30 minutes; zoom goes down to 15 s; a window never leaves the last 30 minutes."""
    async with tabs() as (app, pilot, _):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.body.pane, StreamPane) and app.body.pane.figure)
        pane = app.body.pane
        assert isinstance(pane, StreamPane)

        async def lengths(*keys: str) -> list[float]:
            seen = []
            for key in keys:
                await pilot.press(key)
                seen.append(pane.window_seconds)
            return seen

        assert pane.window_seconds == 300
        assert await lengths(*["right_square_bracket"] * 3) == [600, 1800, 1800]
        await pilot.press("comma")
        assert pane.end_seconds_ago == 0
        assert await lengths(*["left_square_bracket"] * 3) == [600, 300, 300]
        for _ in range(30):
            await pilot.press("comma")
        assert pane.end_seconds_ago + pane.window_seconds == pytest.approx(1800)
        await until(pilot, lambda: pane.figure is not None and "25m00s ago" in text(pane.title))
        assert (await lengths(*["plus"] * 5))[-2:] == [15, 15]
        assert (await lengths(*["minus"] * 8))[-2:] == [1800, 1800]
        for _ in range(30):
            await pilot.press("full_stop")
        assert pane.held_end is None


async def test_the_facts_line_describes_the_bar_at_the_cursor() -> None:
    """Function, state and duration of a task are on the screen, at 80 columns too."""
    async with tabs((80, 24)) as (app, pilot, _):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.body.pane, StreamPane) and app.body.pane.figure)
        pane = app.body.pane
        assert isinstance(pane, StreamPane)
        await pilot.press("plus", "plus")
        await until(pilot, lambda: pane.figure is not None and pane.figure.end - pane.figure.start < 100)
        lane, bar = next(
            (lane, bar)
            for lane in pane.cursor.lanes
            for bar in lane.bars
            if (bar.tasks, bar.state) == (1, "success") and bar.first_cell > 1
        )
        pane.cursor.place_on(lane, bar.first_cell)
        await pilot.press("right", "left")  # by keys from bar to bar, and back
        await until(pilot, lambda: f"function {bar.function}" in text(pane.facts))
        told = text(pane.facts)
        assert "state success" in told
        assert re.search(r"duration \d", told)


async def test_the_cursor_moves_over_the_edge_and_to_the_end() -> None:
    """The cursor moves to a worker above the screen when it has arrived."""
    async with tabs((80, 13)) as (app, pilot, _):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.body.pane, StreamPane) and app.body.pane.figure)
        pane = app.body.pane
        assert isinstance(pane, StreamPane)

        def lanes() -> list[str]:
            return [lane.worker for lane in pane.figure.lanes] if pane.figure is not None else []

        await pilot.press("home")
        await until(pilot, lambda: pane.cursor.worker == lanes()[0])
        first = pane.cursor.worker
        await pilot.press("end")
        await until(
            pilot, lambda: pane.cursor.worker not in ("", first) and pane.cursor.worker == lanes()[-1]
        )
        assert pane.figure is not None
        assert pane.figure.first > 0
        edge = pane.figure.first
        pane.cursor.place_on(pane.figure.lanes[0])
        await pilot.press("up")
        await until(pilot, lambda: pane.figure is not None and pane.figure.first == edge - 1)
        await until(pilot, lambda: pane.cursor.worker == lanes()[0])
        await pilot.press("home")
        await until(pilot, lambda: pane.cursor.worker == first)


async def test_a_filter_chooses_workers_and_bars() -> None:
    """The filter works as in a table: counts, errors with the last valid filter kept, Esc removes it."""
    async with tabs() as (app, pilot, _):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.body.pane, StreamPane) and app.body.pane.figure)
        pane = app.body.pane
        assert isinstance(pane, StreamPane)
        await pilot.press("slash", *"manager:spot")
        await until(pilot, lambda: pane.figure is not None and pane.figure.total == 4)
        assert {lane.manager for lane in present(pane.figure).lanes} == {"Manager|spot|0b9e"}
        await until(pilot, lambda: "4 of 12" in screen_text(app))
        await pilot.press(*" function:join")
        await until(pilot, lambda: functions(pane) == {"join_curves"})
        await pilot.press(*" cpu>fast")
        await until(pilot, lambda: "cpu>" in pane.filtered.view.filter_error)
        await until(pilot, lambda: "cpu> wants" in screen_text(app))
        assert pane.filtered.view.good_filter == "manager:spot function:join cpu"
        await pilot.press("escape")
        await until(pilot, lambda: pane.figure is not None and pane.figure.total == 12)
        await pilot.press("slash", *"nobody")
        await until(pilot, lambda: "none of 12 workers matches" in body_text(app))


async def test_pages_of_bars_and_workers_are_opened() -> None:
    """`e` opens the page of the bar's task."""
    async with tabs((160, 40)) as (app, pilot, _):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.body.pane, StreamPane) and app.body.pane.figure)
        pane = app.body.pane
        assert isinstance(pane, StreamPane)
        await pilot.press("down")
        await until(pilot, lambda: pane.figure is not None and pane.figure.cursor_facts)
        await pilot.press("e")
        await until(pilot, lambda: app.body.pane is not pane)
        assert app.body.pane is not None
        assert app.body.pane.crumb.startswith("task ")


async def test_workers_unfold_into_lanes_and_the_cursor_moves_through_them() -> None:
    """`x` folds all workers, then unfolds the one at the cursor; Up and Down move between lanes."""
    async with tabs((120, 50)) as (app, pilot, _):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.body.pane, StreamPane) and app.body.pane.figure)
        pane = app.body.pane
        assert isinstance(pane, StreamPane)
        cursor = pane.cursor

        def several() -> set[str]:
            return {lane.worker for lane in cursor.lanes if lane.lane}

        await until(pilot, lambda: len(several()) > 6)  # the fleet has room
        await pilot.press("x")
        await until(pilot, lambda: not several())
        await pilot.press("down", "down")
        second = cursor.worker
        await pilot.press("x")
        await until(pilot, lambda: several() == {second})
        await pilot.press("down")
        assert (cursor.worker, cursor.lane) == (second, 1)
        await until(pilot, lambda: dict(present(pane.figure).cursor_facts).get("worker") == second)
        await pilot.press("down")
        assert cursor.worker != second
        assert cursor.lane == 0
        await pilot.press("up", "x")
        await until(pilot, lambda: not several())
        assert (cursor.worker, cursor.lane) == (second, 0)


async def test_the_cursor_moves_over_the_edge_of_a_page_of_lanes() -> None:
    """Down from the last line moves to each further lane, and each becomes visible."""
    async with tabs((100, 14)) as (app, pilot, _):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.body.pane, StreamPane) and app.body.pane.figure)
        pane = app.body.pane
        assert isinstance(pane, StreamPane)
        cursor = pane.cursor
        await pilot.press("x", "home")
        await until(pilot, lambda: any(lane.lane for lane in cursor.lanes))

        def in_sight() -> bool:
            return cursor.position is not None and cursor.position < len(pane.stream.lane_lines)

        walked = []
        for key in ["down"] * 9 + ["up"] * 9:
            walked.append((cursor.worker, cursor.lane))
            await pilot.press(key)
            await until(pilot, lambda: (cursor.worker, cursor.lane) != walked[-1] and in_sight())
        assert len(set(walked)) == 10
        assert walked[9:] == walked[9:0:-1]
        await pilot.press("end")
        await until(pilot, lambda: cursor.lane > 0 and in_sight())
        assert pane.figure is not None
        assert cursor.worker == pane.figure.lanes[-1].worker


def functions(pane: StreamPane) -> set[str]:
    """Return the functions of all bars."""
    return {bar.function for lane in pane.figure.lanes for bar in lane.bars} if pane.figure else set()


def screen_text(app: MonitorApp) -> str:
    """Return the screen as text."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)
