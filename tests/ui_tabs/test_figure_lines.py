"""Figures as text, as on a terminal without colour."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from rich.cells import cell_len, set_cell_size

from scaler_monitor.protocol.page import ChartFigure, ChartSeries, StreamBar, StreamFigure, StreamLane
from scaler_monitor.ui.figures.chart_lines import ChartOptions, ChartRenderer
from scaler_monitor.ui.figures.histogram_lines import histogram_lines
from scaler_monitor.ui.figures.legend_lines import state_legend
from scaler_monitor.ui.figures.stream_lines import StreamOptions, StreamRenderer, time_cells
from scaler_monitor.ui.figures.styled_text import ASCII_MARKS, UNICODE_MARKS, Marks, line_text
from scaler_monitor.ui.figures.time_axis import time_ticks
from scaler_monitor.ui.figures.value_axis import fit_scale, value_label
from scaler_monitor.ui.tabs.time_pane import ZOOMS_SECONDS
from scaler_monitor.ui.themes import CAPABILITY_COLOURS
from scaler_monitor.ui.themes.catalogue import PALETTES

WIDTH = 80
CELLS = time_cells(WIDTH)


def bar(first: int, last: int, state: str = "success", **more: Any) -> StreamBar:
    """Return a bar of one task."""
    failed, canceled = state.startswith("failed"), state.startswith("canceled")
    base = StreamBar(first, last, 1, state, 0, "price", "aa", 1.0, int(state != "running"), failed, canceled)
    return base._replace(**more)


def picture(bars: list[StreamBar], marks: Marks = ASCII_MARKS, **more: Any) -> StreamRenderer:
    """Return the renderer of one worker's bars."""
    figure = StreamFigure(
        0.0, 300.0, 1, 0, [StreamLane("w1", "m", bars, "")], [("cpu", 9), ("gpu", 3)], [], []
    )
    return StreamRenderer(figure._replace(**more), WIDTH, 12, marks, StreamOptions())


def lane(drawn: StreamRenderer) -> str:
    """Return the text of the worker's lane."""
    return line_text(drawn.lines[drawn.lane_lines[0]])[-CELLS:]


def test_states_differ_by_glyph() -> None:
    """Running, finished, failed, canceled and lost bars differ without colour."""
    ends = {
        state: lane(picture([bar(0, 9, state)]))[9]
        for state in ("success", "running", "failed", "failedWorkerDied", "canceled")
    }
    assert ends == {
        "success": " ",
        "running": ASCII_MARKS.running_end,
        "failed": ASCII_MARKS.failed,
        "failedWorkerDied": ASCII_MARKS.died,
        "canceled": ASCII_MARKS.canceled,
    }


def test_states_and_capabilities_differ_by_colour_too() -> None:
    """Bars have the colour of their capability, end marks their own."""

    def cells(state: str, capabilities: int = 0) -> list[str]:
        drawn = picture([bar(0, 9, state, capabilities=capabilities)])
        return [
            span.background or span.colour for span in drawn.lines[drawn.lane_lines[0]] for _ in span.text
        ][-CELLS:]

    assert [set(cells("success", place)[:10]) for place in (0, 1)] == [{"capability-0"}, {"capability-1"}]
    assert set(cells("running")[:10]) == {"capability-0"}
    assert [cells(state)[9] for state in ("failed", "failedWorkerDied", "canceled")] == ["bad", "bad", "warn"]
    for palette in PALETTES.values():
        inks = [palette.colour(f"capability-{place}") for place in range(CAPABILITY_COLOURS)]
        assert len(set(inks)) == CAPABILITY_COLOURS
        assert palette.colour("bad") not in inks


def test_end_marks_are_prominent_if_at_least_half_of_the_ended_tasks_failed() -> None:
    """A page with few failures is not full of prominent marks, but every failure has a mark."""

    def end(**counts: int) -> tuple[str, str]:
        state = "failed" if counts.get("failed") else "canceled"
        drawn = picture([bar(0, 4, state, tasks=9, **{"failed": 0, "canceled": 0, **counts})])
        line = drawn.lines[drawn.lane_lines[0]]
        (span,) = [span for span in line if span.text[:1] in "XxC%"]
        return span.text[0], span.background

    marks, quiet = ASCII_MARKS, "capability-0"
    assert end(ended=1, failed=1) == end(ended=2, failed=1) == end(ended=8, failed=4) == (marks.failed, "bad")
    assert end(ended=3, failed=1) == end(ended=9, failed=4) == (marks.some_failed, quiet)
    assert end(ended=8, canceled=4) == (marks.canceled, "warn")
    assert end(ended=8, canceled=3) == (marks.some_canceled, quiet)
    assert end(ended=8, canceled=7, failed=1) == (marks.some_failed, quiet)
    sparse = picture([bar(5, 5, "failed", tasks=9, ended=9, busy=0.2)])
    (span,) = [span for span in sparse.lines[sparse.lane_lines[0]] if span.text == marks.some_failed]
    assert (span.colour, span.background) == ("bad", "")


@pytest.mark.parametrize("marks", [ASCII_MARKS, UNICODE_MARKS])
@pytest.mark.parametrize("width", [48, 56, 75, 90, 160])
def test_the_legend_has_every_mark_at_80_cells(marks: Marks, width: int) -> None:
    """It fits beside the number of workers and the window."""
    text = line_text(state_legend(marks, width))
    assert len(text) <= width
    glyphs = (marks.running_end, marks.failed, marks.some_failed, marks.died, marks.canceled)
    assert all(glyph in text for glyph in (*glyphs, marks.some_canceled, marks.shades[-1]))
    assert marks.gap not in text
    assert marks.gap in line_text(state_legend(marks, width + 12, gaps=True))
    beside_a_thousand_workers = 80 - len(" 1-15 of 1,000  5 min  ") - 1
    assert marks.gap in line_text(state_legend(marks, beside_a_thousand_workers, gaps=True))


def test_an_unfolded_worker_has_its_lanes_numbered_below_its_name() -> None:
    """Merged work is not shown as idle time in the lanes below the first."""
    lanes = [StreamLane("w1", "m", [bar(0, 9)], "", at) for at in range(3)]
    lanes[1] = lanes[1]._replace(bars=[])
    drawn = picture([], lanes=lanes, merged_until=150.0)
    first, second, third = (line_text(drawn.lines[line]) for line in drawn.lane_lines)
    assert first.startswith(" w1")
    assert second[:20].split() == ["2"]
    assert third[:20].split() == ["3"]
    assert second[20:].count(ASCII_MARKS.gap) == CELLS // 2
    assert ASCII_MARKS.gap not in first


def test_capabilities_have_letters() -> None:
    """A bar begins with its letter of the legend."""
    drawn = picture([bar(0, 9), bar(10, 19, capabilities=1)])
    assert lane(drawn)[0] == "a"
    assert lane(drawn)[10] == "b"
    assert "a cpu 9" in line_text(drawn.lines[0])
    assert "b gpu 3" in line_text(drawn.lines[0])


@pytest.mark.parametrize("marks", [UNICODE_MARKS, ASCII_MARKS])
@pytest.mark.parametrize(
    "more", [{"function": ""}, {"tasks": 8}, {"state": "running"}, {"tasks": 8, "busy": 0.3}]
)
def test_a_bar_shows_each_capability_that_its_tasks_need(marks: Marks, more: dict[str, Any]) -> None:
    """It has the letters, each on its colour, and then both colours, in every cell or alternating."""
    sets = [[0], [1], [1, 0]]
    drawn = picture([bar(0, 9, capabilities=2, **more)], marks, sets=sets)
    assert lane(drawn)[:2] == "ba"
    cells = [span for span in drawn.lines[drawn.lane_lines[0]] for _ in span.text][-CELLS:]
    assert [span.background for span in cells[:2]] == ["capability-1", "capability-0"]
    for one, other in pairwise(cells[2:8]):
        colours = {one.colour, one.background, other.colour, other.background}
        assert {"capability-0", "capability-1"} <= colours
    alone = picture([bar(0, 9, capabilities=1, **more)], marks, sets=sets)
    assert lane(alone)[0] == "b"
    assert "capability-0" not in {part for span in alone.lines[alone.lane_lines[0]] for part in span[1:]}


@pytest.mark.parametrize("wide", range(1, 12))
def test_a_bar_of_several_capabilities_is_as_wide_as_its_cells(wide: int) -> None:
    """Letters and function name are shortened to its width."""
    for more in ({}, {"tasks": 8}, {"state": "running"}, {"state": "failed"}, {"function": "計算オプション"}):
        first = bar(0, wide - 1, capabilities=0, **more)
        drawn = picture([first, bar(wide, wide, "canceled", capabilities=0)], sets=[[0, 1]])
        text = line_text(drawn.lines[drawn.lane_lines[0]])
        assert cell_len(text) == WIDTH
        assert set_cell_size(text, WIDTH - CELLS + wide + 1).endswith(ASCII_MARKS.canceled)


def test_a_capability_without_tasks_is_not_in_the_legend() -> None:
    """It keeps its position and the others their letters; with a single one, bars have no letters."""
    drawn = picture([bar(0, 9, capabilities=1)], capabilities=[("cpu", 0), ("gpu", 3)], sets=[[0], [1]])
    assert "cpu" not in line_text(drawn.lines[0])
    assert "b gpu 3" in line_text(drawn.lines[0])
    assert lane(drawn).startswith("price")


def test_density_follows_busy_share() -> None:
    """Merged tasks are shaded by their share of busy time."""
    shades = [lane(picture([bar(5, 5, tasks=8, busy=busy)]))[5] for busy in (0.1, 0.3, 0.6, 0.9)]
    assert shades == list(ASCII_MARKS.shades)


def test_a_task_known_only_by_its_share_is_shaded() -> None:
    """A task that was merged into seconds has no id, and is shaded by its share of them."""
    folded = lane(picture([bar(0, 3, task="", busy=0.3)]))
    assert folded[1:4] == ASCII_MARKS.shades[1] * 3
    assert ASCII_MARKS.shades[1] not in lane(picture([bar(0, 3, task="aa", busy=0.3)]))


def test_wide_names_leave_every_line_as_wide_as_the_screen() -> None:
    """Names of functions, workers, managers and capabilities can have characters of two cells."""
    bars = [bar(0, 20, function="計算オプション価格"), bar(21, 40, "failed", function="計算"), bar(45, 59)]
    lanes = [StreamLane("労働者一号", "管理者", bars, "")]
    figure = StreamFigure(0.0, 300.0, 1, 0, lanes, [("計算", 9), ("gpu", 3)], [], [])
    for cell in (2, 3, 4, 30, 59):
        options = StreamOptions(cursor_worker="労働者一号", cursor_cell=cell)
        drawn = StreamRenderer(figure, WIDTH, 12, UNICODE_MARKS, options)
        _, manager, lane_ = (line_text(line) for line in drawn.lines[:3])
        assert "管理者" in manager
        assert (cell_len(manager), cell_len(lane_)) == (WIDTH - 1, WIDTH)
        assert set_cell_size(lane_, WIDTH - CELLS + cell + 1).endswith(UNICODE_MARKS.cursor)


def test_gaps_are_drawn() -> None:
    """Time without a connection is not idle time."""
    assert ASCII_MARKS.gap in lane(picture([], gaps=[(100.0, 150.0)]))


def test_further_capabilities_share_the_last_entry() -> None:
    """The legend has one line, and counts the capabilities that it does not name."""
    drawn = picture([bar(0, 9, capabilities=700)], capabilities=[(f"c{i}", 1) for i in range(1000)])
    assert lane(drawn)[0] == "h"
    assert "h 993 others 993" in line_text(drawn.lines[0])
    assert all(len(line_text(line)) <= WIDTH for line in drawn.lines)


def test_stream_survives_any_size() -> None:
    """From 1x1 on there are as many lines as requested, at least those of the axis."""
    for width, height in ((1, 1), (10, 3), (300, 100)):
        figure = StreamFigure(0.0, 300.0, 1, 0, [StreamLane("w1", "m", [bar(0, 400)], "")], [], [], [])
        assert StreamRenderer(figure, width, height, UNICODE_MARKS, StreamOptions()).lines


def test_relative_ticks_are_round() -> None:
    """Whole minutes in a window of five minutes."""
    ticks = time_ticks(0.0, 300.0, 80, absolute=False)
    assert [label for _, label in ticks] == ["-5m", "-4m", "-3m", "-2m", "-1m", "now"]


def test_the_value_axis_is_stable() -> None:
    """The maximum is kept while values are below it and above a certain share of it."""
    scale = fit_scale(13 << 30, "bytes", log=False, rows=9)
    assert fit_scale(9 << 30, "bytes", log=False, rows=9, held=scale) == scale
    assert fit_scale(17 << 30, "bytes", log=False, rows=9, held=scale).top > scale.top
    assert fit_scale(1 << 30, "bytes", log=False, rows=9, held=scale).top < scale.top
    low = fit_scale(13 << 30, "bytes", log=False, rows=3)
    assert low != scale
    assert fit_scale(13 << 30, "bytes", log=False, rows=9, held=low) == scale
    assert [value_label(tick, "bytes") for tick in scale.ticks()] == ["0", "8G", "16G"]


def test_log_axis_has_round_factors() -> None:
    """Equal factors have equal distances."""
    scale = fit_scale(300.0, "percent", log=True, rows=12)
    assert [value_label(tick, "percent") for tick in scale.ticks()][-2:] == ["100%", "1000%"]
    assert scale.share(scale.bottom) == 0.0
    assert scale.share(scale.top) == 1.0


def test_unknown_values_leave_cells_empty() -> None:
    """None is not zero: unknown values are not drawn."""
    series = ChartSeries("held", "percent", [50.0] * 20 + [None] * 53)
    figure = ChartFigure(0.0, 300.0, [series], [])
    drawn = ChartRenderer(figure, [series], WIDTH, 12, ASCII_MARKS, ChartOptions())
    bottom = line_text(drawn.lines[9])[7:]
    assert bottom[:20] == "#" * 20
    assert not bottom[20:].strip()


def test_the_histogram_has_round_durations() -> None:
    """The axis has round durations; without data there is a text."""
    figure = ChartFigure(0.1, 10.0, [ChartSeries("tasks", "tasks", [0.0, 5.0, 1.0])], [])
    text = [line_text(line) for line in histogram_lines(figure, WIDTH, 8, ASCII_MARKS)]
    assert "100ms" in text[-1]
    empty = histogram_lines(figure._replace(series=[]), WIDTH, 8, ASCII_MARKS)
    assert "no durations" in line_text(empty[0])


@pytest.mark.parametrize("seconds", ZOOMS_SECONDS)
def test_relative_ticks_stay_in_their_cells(seconds: float) -> None:
    """Relative ticks do not move with the fraction of a second at which a report arrives."""
    for cells in (60, 75, 100, 113, 193):
        ticks = {
            str(time_ticks(now - seconds, now, cells, absolute=False))
            for now in (1_764_000_000 + 0.137 * step for step in range(300))
        }
        assert len(ticks) == 1
