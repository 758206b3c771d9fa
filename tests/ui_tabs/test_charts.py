"""The Memory and CPU tab: both charts, and values at the cursor."""

from __future__ import annotations

from functools import partial

import pytest
from tests.ui_tabs.test_tabs import tabs, text, until

from scaler_monitor.protocol.page import ChartFigure, ChartSeries
from scaler_monitor.ui.figures.chart_lines import ChartOptions, ChartRenderer
from scaler_monitor.ui.figures.histogram_lines import duration_label, duration_ticks, histogram_lines
from scaler_monitor.ui.figures.styled_text import ASCII_MARKS, UNICODE_MARKS, line_text
from scaler_monitor.ui.figures.widgets import Chart
from scaler_monitor.ui.tabs.charts_pane import ChartsPane


def test_the_legend_has_the_values_at_the_cursor() -> None:
    """Without a cursor, or with one outside the window, it has the newest known values."""
    series = [ChartSeries("fleet", "percent", [10.0] * 36 + [None] * 36 + [90.0, None])]
    figure = ChartFigure(0.0, 74.0, series, [])

    def legend(moment: float | None) -> str:
        options = ChartOptions(moment=moment)
        return line_text(ChartRenderer(figure, series, 81, 10, ASCII_MARKS, options).lines[0])

    assert "fleet: 90%" in legend(None)
    assert "fleet: 90%" in legend(500.0)
    assert "fleet: 10%" in legend(5.0)
    assert "fleet: -" in legend(50.0)


async def test_each_answer_updates_both_charts_and_the_cursor_reads_them() -> None:
    """One question asks for both; arrow keys move the cursor, End removes it."""
    async with tabs((120, 40)) as (app, pilot, link):
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.body.pane, ChartsPane) and len(app.body.pane._held) == 2)
        pane = app.body.pane
        assert isinstance(pane, ChartsPane)
        assert link.asked is not None
        assert [asked.figure for asked in link.asked.figures] == ["memory", "cpu"]
        await until(pilot, lambda: "scheduler: 189M" in text(pane.charts["memory"]))
        await pilot.press("pageup", "pageup", "left", "right")
        await until(pilot, lambda: "figures at 16:0" in text(pane.title))
        assert "scheduler: 189M" not in text(pane.charts["memory"])
        moment = pane.moment
        await pilot.press("plus")
        assert pane.moment == moment
        await pilot.press("end")
        assert "figures at 16:0" not in text(pane.title)
        await until(pilot, lambda: "scheduler: 189M" in text(pane.charts["memory"]))


async def test_both_charts_are_linear_or_logarithmic() -> None:
    """One key changes both."""
    async with tabs((120, 40)) as (app, pilot, _):
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.body.pane, ChartsPane) and len(app.body.pane._held) == 2)
        pane = app.body.pane
        assert isinstance(pane, ChartsPane)
        before = {figure: text(chart) for figure, chart in pane.charts.items()}

        def is_another(figure: str, chart: Chart) -> bool:
            return text(chart) != before[figure]

        await pilot.press("L")
        for figure, chart in pane.charts.items():
            await until(pilot, partial(is_another, figure, chart))


async def test_a_low_screen_has_one_chart_switched_with_up_and_down() -> None:
    """An invisible chart is not requested."""
    async with tabs((80, 16)) as (app, pilot, link):
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.body.pane, ChartsPane) and app.body.pane._held)
        await until(pilot, lambda: link.asked and [one.figure for one in link.asked.figures] == ["memory"])
        await pilot.press("down")
        await until(pilot, lambda: link.asked and [one.figure for one in link.asked.figures] == ["cpu"])


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(5e-6, "5us"), (0.2, "200ms"), (5.0, "5s"), (60.0, "1m"), (1800.0, "30m"), (7200.0, "2h")],
)
def test_round_durations_are_short(seconds: float, label: str) -> None:
    """Labels have no unnecessary decimals."""
    assert duration_label(seconds) == label


async def test_windows_and_zooms_are_round_and_shown() -> None:
    """`-` changes from 10 to 30 minutes; below 5 minutes the title says that it is zoomed in."""
    async with tabs((80, 24)) as (app, pilot, _):
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.body.pane, ChartsPane) and len(app.body.pane._held) == 2)
        pane = app.body.pane
        assert isinstance(pane, ChartsPane)
        told = []
        for key in ("right_square_bracket", *["minus"] * 2, *["plus"] * 7, "right_square_bracket"):
            await pilot.press(key)
            await until(pilot, lambda: pane.window_sentence() in text(pane.title))
            told.append(pane.window_sentence().replace(" (zoomed in)", "+"))
        assert told == [
            *("10 min", "30 min", "30 min"),
            *("10 min", "5 min", "2 min+", "1 min+", "30 s+", "15 s+", "15 s+"),
            "5 min",
        ]
        await pilot.press("comma")
        await until(pilot, lambda: "5 min to 1m15s ago" in text(pane.title))


def test_a_narrow_range_of_durations_has_ticks_too() -> None:
    """With only 1, 2 and 5, two to six seconds would have one tick."""
    assert [label for _, label in duration_ticks(2.1, 6.4, 113)] == ["3s", "4s", "5s", "6s"]
    assert [label for _, label in duration_ticks(0.1, 10.0, 73)] == ["100ms", "500ms", "2s", "5s"]


def test_equal_durations_are_one_bar_with_space_beside_it() -> None:
    """There are empty bins on both sides, and ticks are whole tasks."""
    figure = ChartFigure(0.49, 0.5, [ChartSeries("tasks", "tasks", [1.0])], [])
    lines = [line_text(line) for line in histogram_lines(figure, 80, 9, ASCII_MARKS)]
    bottom = lines[6][7:]
    assert 5 < bottom.count("#") < 12
    assert 25 < bottom.index("#") < 45
    assert "500ms" in lines[-1]
    assert [line[:6].strip() for line in lines if line[:6].strip()] == ["1", "0"]


def test_the_first_report_is_drawn_at_once() -> None:
    """A value in the right half of the last cell fills it."""
    series = [ChartSeries("fleet", "percent", [None] * 145 + [80.0])]
    picture = ChartRenderer(
        ChartFigure(0.0, 146.0, series, []), series, 80, 12, UNICODE_MARKS, ChartOptions()
    )
    assert sum(line_text(line).endswith("█") for line in picture.lines) >= 6


def test_lines_over_the_area_keep_their_colours() -> None:
    """Each line has its colour of the legend, also over the area."""
    names, values = ("fleet", "tasks", "scheduler"), (8e9, 5e9, 2e9)
    series = [ChartSeries(name, "bytes", [value] * 80) for name, value in zip(names, values, strict=True)]
    picture = ChartRenderer(ChartFigure(0.0, 80.0, series, []), series, 80, 20, UNICODE_MARKS, ChartOptions())
    dots = {
        (span.colour, span.background)
        for line in picture.lines[1:-2]
        for span in line
        if any(0x2800 < ord(glyph) < 0x2900 for glyph in span.text)
    }
    assert dots == {("capability-1", "area"), ("capability-2", "area")}
    letters = {span.text: span.background for span in picture.lines[0] if span.background}
    assert letters == {"A": "area", "B": "capability-1", "C": "capability-2"}
