"""Placement of columns by width, and text of exact width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from tests.ui.still_link import StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.glyphs import ASCII, UNICODE, choose_glyphs, cut_end, fit
from scaler_monitor.ui.table.column_layout import place_columns, total_width


@pytest.mark.parametrize("table", list(TABLES))
@pytest.mark.parametrize("width", [10, 40, 79, 119, 200, 300])
def test_columns_are_left_out_by_rank_and_fill_the_width(table: str, width: int) -> None:
    columns = TABLES[table].columns
    placed = place_columns(columns, TABLES[table].hidden, width)
    dropped = [
        c for c in columns if c.key not in TABLES[table].hidden and c not in [p.column for p in placed]
    ]
    if total_width(placed) > width:
        assert all(place.column.rank == 0 for place in placed)
    if dropped:
        assert min(c.rank for c in dropped) >= max(place.column.rank for place in placed)
    if not dropped and any(place.column.grow for place in placed):
        assert total_width(placed) == width or total_width(placed) > width


@pytest.mark.parametrize("width", [40, 79, 200])
@pytest.mark.parametrize("table", list(TABLES))
def test_the_sorted_column_is_always_shown(table: str, width: int) -> None:
    columns, hidden = TABLES[table].columns, TABLES[table].hidden
    for column in columns:
        placed = place_columns(columns, hidden, width, sort=column.key)
        assert column in [place.column for place in placed]


def test_wide_keeps_every_column() -> None:
    workers = TABLES["workers"]
    assert len(place_columns(workers.columns, frozenset(), 40, wide=True)) == len(workers.columns)


@pytest.mark.parametrize("text", ["", "abc", "a" * 30, "数据处理任务の名前", "e\u0301te\u0301", "a数" * 9])
@pytest.mark.parametrize("align", ["left", "right"])
@pytest.mark.parametrize("width", [1, 2, 5, 12])
def test_text_takes_exactly_its_cells(text: str, align: str, width: int) -> None:
    assert cell_len(fit(text, width, UNICODE.cut, align)) == width


@pytest.mark.parametrize(
    ("text", "width", "cut", "shown"),
    [
        ("price", 5, "…", "price"),
        ("price", 4, "+", "pri+"),
        ("数据处理", 5, "+", "数据+"),
        ("a…b", 9, "+", "a…b"),
    ],
)
def test_a_text_is_cut_with_the_mark_of_the_terminal(text: str, width: int, cut: str, shown: str) -> None:
    assert cut_end(text, width, cut) == shown


async def test_a_long_crumb_is_cut_and_an_ellipsis_in_a_name_stays() -> None:
    """With the terminal's mark; an ellipsis in a name is not mistaken for it."""
    app = app_on(StillLink(1), glyphs="ascii")
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        await app.navigation.open_entity("function", "a…b" + "x" * 100)
        await until(pilot, lambda: "function a…b" + "x" * 44 + "+" in screen_text(app))


def test_glyphs_are_ascii_on_limited_terminals() -> None:
    assert choose_glyphs("auto", {"TERM": "linux"}, "UTF-8") is ASCII
    assert choose_glyphs("auto", {"TERM": "xterm"}, "ANSI_X3.4-1968") is ASCII
    assert choose_glyphs("auto", {"TERM": "xterm"}, "UTF-8") is UNICODE
    assert choose_glyphs("auto", {"TERM": "xterm", "LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "UTF-8") is ASCII
    assert choose_glyphs("auto", {"TERM": "xterm", "LC_ALL": "", "LANG": "de_DE.UTF-8"}, "UTF-8") is UNICODE
    assert choose_glyphs("ascii", {"TERM": "xterm"}, "UTF-8") is ASCII
