"""The parts of a table without a widget: cursor, sort and filter, painted lines, columns."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from rich.style import Style
from tests.ui.still_link import worker_row
from textual.geometry import Region, Size
from textual.strip import Strip

from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.glyphs import UNICODE
from scaler_monitor.ui.table.column_layout import GAP, GUTTER, ColumnLayout, column_at
from scaler_monitor.ui.table.drawn_lines import DrawnLines
from scaler_monitor.ui.table.line_painter import LinePainter
from scaler_monitor.ui.table.row_cursor import Move, RowCursor
from scaler_monitor.ui.table.sort_and_filter import SortAndFilter
from scaler_monitor.ui.table.window import Row, RowWindow
from scaler_monitor.ui.view_state import TableViewState

WORKERS = TABLES["workers"]


def page_of(
    numbers: list[int], *, first: int = 0, matched: int | None = None, cursor: int | None = None
) -> TablePage:
    rows = [worker_row(number) for number in numbers]
    total = len(rows) if matched is None else matched
    return TablePage(
        "workers",
        total,
        total,
        first,
        [name for name, _ in rows],
        [values for _, values in rows],
        [""] * len(rows),
        cursor,
        "",
        0,
        tones=[""] * len(rows),
    )


class Cursor:
    """A cursor in the first twenty of 100 workers."""

    def __init__(self) -> None:
        self.view, self.window = TableViewState("cpu", True), RowWindow()
        self.cursor = RowCursor(WORKERS, self.view, self.window)
        self.window.set_page(page_of(list(range(20)), matched=100))

    def asked(self) -> TableQuestion:
        return TableQuestion("workers", cursor=self.view.cursor)

    def follow(self, page: TablePage, **options: Any) -> None:
        asked = self.asked()
        self.window.set_page(page)
        self.cursor.follow(asked, page, **{"refiltered": False, **options})


def test_the_cursor_stays_on_its_entity() -> None:
    parts = Cursor()
    assert parts.cursor.row() is None
    assert parts.cursor.move_to(3) == Move(3, True, False)
    name = parts.view.cursor
    parts.follow(page_of([9, 8, 7, 3, 1, 0], matched=100))
    assert (parts.view.cursor, parts.view.position) == (name, 3)
    parts.follow(page_of([3, 9, 8], matched=100))
    assert (parts.view.cursor, parts.view.position) == (name, 0)
    parts.follow(page_of([50, 51], first=40, matched=100, cursor=77))
    assert (parts.view.cursor, parts.view.position) == (name, 77)
    row = parts.cursor.row()
    assert row is not None
    assert row.id == name


def test_a_removed_entity_keeps_its_row_until_the_cursor_leaves() -> None:
    parts = Cursor()
    parts.cursor.move_to(3)
    gone = parts.view.cursor
    parts.follow(page_of([0, 1, 2, 4, 5]))
    assert (parts.window.count, parts.window.at(3).id, parts.window.at(3).mark) == (6, gone, "gone")  # type: ignore[union-attr]
    assert parts.cursor.move_to(4) == Move(3, True, True)
    assert (parts.window.count, parts.view.position) == (5, 3)
    assert parts.view.cursor == worker_row(4)[0]


def test_an_entity_outside_a_new_filter_loses_the_cursor() -> None:
    parts = Cursor()
    parts.cursor.move_to(3)
    parts.follow(page_of([0, 1]), refiltered=True)
    assert (parts.view.cursor, parts.window.gone) == ("", None)


def test_a_missing_row_gets_the_cursor_when_its_page_arrives() -> None:
    parts = Cursor()
    assert parts.cursor.stepped(1, top=7) == 7
    assert parts.cursor.move_to(1000) == Move(99, False, False)
    assert (parts.cursor.pending, parts.cursor.is_anywhere) == (99, True)
    assert parts.cursor.stepped(-1, top=7) == 98
    parts.window.set_page(page_of([8, 9], first=98, matched=100))
    parts.cursor.settle_pending()
    assert (parts.cursor.pending, parts.view.cursor) == (None, worker_row(9)[0])
    assert parts.cursor.stepped(-1, top=7) == 98
    parts.window.set_page(page_of([]))
    assert parts.cursor.move_to(0) is None


def test_a_column_sorts_descending_first_and_then_ascending() -> None:
    view = TableViewState("worker", False)
    chosen = SortAndFilter(WORKERS, view)
    seen = []
    for key, descending in (("cpu", None), ("cpu", None), ("rss", None), ("rss", False)):
        chosen.sort_by(key, descending)
        seen.append((view.sort, view.descending))
    assert seen == [("cpu", True), ("cpu", False), ("rss", True), ("rss", False)]


def test_the_neighbour_of_a_column_wraps_around() -> None:
    view = TableViewState("b", False)
    chosen = SortAndFilter(WORKERS, view)
    keys = ["a", "b", "c"]
    assert (chosen.neighbour(keys, "left"), chosen.neighbour(keys, "right")) == ("a", "c")
    view.sort = "c"
    assert chosen.neighbour(keys, "right") == "a"
    view.sort = "out of sight"
    assert (chosen.neighbour(keys, "left"), chosen.neighbour(keys, "right")) == ("c", "a")


def test_rows_belong_to_one_sort_and_filter_and_an_invalid_filter_is_replaced() -> None:
    view = TableViewState("cpu", True)
    chosen = SortAndFilter(WORKERS, view)
    asked = TableQuestion("workers", "cpu", True, "")
    assert not chosen.is_held
    assert not chosen.accept(asked)
    assert chosen.is_held
    assert chosen.filter_by("node")
    assert not chosen.filter_by("node")
    assert (chosen.is_held, chosen.is_asked_by(asked)) == (False, False)
    assert chosen.accept(asked._replace(filter="node"))
    assert chosen.is_held
    chosen.filter_by("node/")
    chosen.refuse("an open /")
    assert (view.filter, view.typed_filter, view.filter_error) == ("node", "node/", "an open /")
    assert not chosen.accept(asked._replace(filter="node"))
    assert view.filter_error == "an open /"
    chosen.filter_by("node")
    assert view.filter_error == ""


def test_a_letter_means_a_column_of_workers_and_nothing_in_other_tables() -> None:
    view = TableViewState("", False)
    column = SortAndFilter(WORKERS, view).column_of_letter("c")
    assert column is not None
    assert column.key == "cpu"
    assert SortAndFilter(TABLES["tasks"], view).column_of_letter("c") is None


def names(segments: list[Segment]) -> list[str]:
    """Return the style names of segments."""
    return [segment.style.meta["name"] if segment.style is not None else "no style" for segment in segments]


def test_each_named_style_is_looked_up_once() -> None:
    asked_for: list[str] = []

    def style_of(name: str) -> Style:
        asked_for.append(name)
        return Style(meta={"name": name})

    painter = LinePainter(style_of)
    view = TableViewState("cpu", True)
    columns = ColumnLayout(WORKERS.columns).placed(80, view)
    name, values = worker_row(3)
    header = painter.header(columns, view, UNICODE)
    assert names(header).count("sorted") == 1
    stale = painter.row(Row(name, values, "stale"), columns, view, UNICODE, has_focus=True)
    assert [segment.text for segment in stale[:2]] == [" ", UNICODE.stale]
    assert names(stale)[:2] == ["", "mark"]
    view.cursor = name
    for has_focus, style in ((True, "cursor"), (False, "cursor-blurred")):
        row = painter.row(Row(name, values, ""), columns, view, UNICODE, has_focus=has_focus)
        assert set(names(row)) == {style}
    view.cursor = ""
    gone = painter.row(Row(name, values, "gone"), columns, view, UNICODE, has_focus=True)
    assert set(names(gone)) == {"faded", "mark"}
    assert len(asked_for) == len(set(asked_for))
    painter.clear_styles()
    painter.sentence("none")
    assert asked_for.count("empty") == 1
    assert painter.strip(gone, 3, 40).cell_length == 40


def test_columns_are_placed_once_per_width_and_view_state() -> None:
    view = TableViewState("cpu", True)
    layout = ColumnLayout(WORKERS.columns)
    placed = layout.placed(80, view)
    assert layout.placed(80, view) is placed
    assert layout.placed(120, view) is not placed
    assert column_at(placed, 0) is None
    assert column_at(placed, GUTTER) is placed[0].column
    assert column_at(placed, GUTTER + placed[0].width + GAP) is placed[1].column
    assert column_at(placed, 10_000) is None


def test_only_cells_that_differ_from_the_screen_are_changed() -> None:
    texts = ["header", "first 1", "second"]
    lines = DrawnLines(lambda y: Strip([Segment(texts[y])]).adjust_cell_length(7))
    size = Size(7, 3)
    assert lines.changed(size) == [Region(0, y, 7, 1) for y in range(3)]
    for y in range(3):
        lines.line(y, 7)
    texts[1] = "first 2"
    assert lines.changed(size) == [Region(6, 1, 1, 1)]
    assert lines.changed(size) == []
    lines.clear()
    assert len(lines.changed(size)) == 3
