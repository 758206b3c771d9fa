"""The Memory and CPU tab: both figures at once, and the figures at a moment."""

from __future__ import annotations

import pytest
from tests.ui_tabs.test_tabs import tabs, text, until

from scaler_monitor.ui.figures.chart_lines import ChartLook, ChartPicture
from scaler_monitor.ui.figures.histogram_lines import duration_label
from scaler_monitor.ui.figures.span import ASCII_MARKS, line_text
from scaler_monitor.ui.tabs.charts_pane import ChartsPane
from scaler_monitor.views.page import ChartFigure, ChartSeries


def test_the_legend_tells_the_figures_under_the_cursor() -> None:
    """Without a cursor, or with one outside the window, it tells the newest ones that are known."""
    series = [ChartSeries("fleet", "percent", [10.0] * 36 + [None] * 36 + [90.0, None])]
    figure = ChartFigure(0.0, 74.0, series, [])

    def legend(moment: float | None) -> str:
        look = ChartLook(moment=moment)
        return line_text(ChartPicture(figure, series, 81, 10, ASCII_MARKS, look).lines[0])

    assert "fleet: 90%" in legend(None)
    assert "fleet: 90%" in legend(500.0)
    assert "fleet: 10%" in legend(5.0)
    assert "fleet: -" in legend(50.0)


async def test_both_figures_are_fresh_at_each_answer_and_read_at_a_moment() -> None:
    """One question asks for both; arrows read them at a moment, End goes back to now."""
    async with tabs((120, 40)) as (app, pilot, link):
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.pane, ChartsPane) and len(app.pane._held) == 2)
        pane = app.pane
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
    """One key for both."""
    async with tabs((120, 40)) as (app, pilot, _):
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.pane, ChartsPane) and len(app.pane._held) == 2)
        pane = app.pane
        assert isinstance(pane, ChartsPane)
        before = {figure: text(chart) for figure, chart in pane.charts.items()}
        await pilot.press("L")
        for figure, chart in pane.charts.items():
            await until(pilot, lambda figure=figure, chart=chart: text(chart) != before[figure])  # type: ignore[misc]


async def test_a_low_screen_has_one_figure_and_up_and_down_change_it() -> None:
    """What is not in sight is not asked for."""
    async with tabs((80, 16)) as (app, pilot, link):
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.pane, ChartsPane) and app.pane._held)
        await until(pilot, lambda: link.asked and [one.figure for one in link.asked.figures] == ["memory"])
        await pilot.press("down")
        await until(pilot, lambda: link.asked and [one.figure for one in link.asked.figures] == ["cpu"])


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(5e-6, "5us"), (0.2, "200ms"), (5.0, "5s"), (60.0, "1m"), (1800.0, "30m"), (7200.0, "2h")],
)
def test_round_durations_are_short(seconds: float, label: str) -> None:
    """An axis has no decimals that say nothing."""
    assert duration_label(seconds) == label
