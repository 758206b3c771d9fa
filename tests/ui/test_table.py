"""The table widget: only visible rows, a cursor on the entity, small repaints."""

from __future__ import annotations

from typing import Any

from tests.present import present
from tests.ui.still_link import StillLink, worker_row
from tests.ui.watching import app_on, screen_text, settled, until
from textual.geometry import Region

from scaler_monitor.ui.glyphs import UNICODE
from scaler_monitor.ui.table.entity_table import EntityTable


def line(table: EntityTable, y: int) -> str:
    return table.render_line(y).text


async def test_the_header_marks_a_new_sort_before_the_page_arrives() -> None:
    link = StillLink(20)
    app = app_on(link)
    async with app.run_test(size=(160, 40)) as pilot:
        table = await settled(pilot)
        assert "cpu▼" in line(table, 0)
        link.version += 1
        answered = len(link.questions)
        table.command_handler.command_sort_letter("m")
        assert "rss▼" in line(table, 0)
        assert len(link.questions) == answered
        await until(pilot, lambda: link.questions[-1].tables[0].sort == "rss")
        table.command_handler.command_sort_letter("m")
        assert "rss▲" in line(table, 0)


async def test_only_rows_near_the_screen_are_requested_and_all_are_reachable() -> None:
    link = StillLink(5000)
    app = app_on(link)
    async with app.run_test(size=(120, 30)) as pilot:
        table = await settled(pilot)
        assert link.questions[-1].tables[0].limit <= 3 * 30
        await pilot.press("end")
        await until(pilot, lambda: table.view.cursor and table.view.position == 4999)
        last = sorted(link.rows["workers"].items(), key=lambda row: (row[1][4], row[0]), reverse=True)[-1][0]
        assert table.view.cursor == last
        assert table.top == 5000 - table.screenful
        await pilot.press("home")
        await until(pilot, lambda: table.view.position == 0 and table.top == 0)


async def test_a_refresh_moves_neither_cursor_nor_scroll() -> None:
    link = StillLink(200)
    app = app_on(link)
    async with app.run_test(size=(120, 30)) as pilot:
        table = await settled(pilot)
        for _ in range(40):
            table.command_handler.command_down()
        await until(pilot, lambda: table.top > 0)
        cursor, top = table.view.cursor, table.top
        values = link.rows["workers"][cursor]
        values[[c.key for c in table.table.columns].index("cpu")] = 99999
        link.version += 1
        await until(pilot, lambda: table.view.position == 0)
        assert (table.view.cursor, table.top) == (cursor, top)


async def test_a_removed_row_is_kept_with_a_mark_until_the_cursor_moves() -> None:
    link = StillLink(30)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        for _ in range(3):
            table.command_handler.command_down()
        gone = table.view.cursor
        del link.rows["workers"][gone]
        link.version += 1
        await until(pilot, lambda: table.window.gone is not None)
        assert line(table, 3)[:2] == UNICODE.cursor + UNICODE.gone
        assert table.window.count == 30
        before, after = table.window.at(1), table.window.at(3)
        assert before is not None
        assert after is not None
        table.command_handler.command_down()
        assert table.view.cursor == after.id
        assert table.window.count == 29
        assert gone not in [present(table.window.at(i)).id for i in range(29)]


async def test_only_changed_cells_are_repainted() -> None:
    link = StillLink(30)
    app = app_on(link)
    async with app.run_test(size=(160, 40)) as pilot:
        table = await settled(pilot)
        await pilot.pause(0.1)
        dirty: list[Region] = []
        refresh = table.refresh

        def note(*regions: Region, **options: Any) -> EntityTable:
            dirty.extend(regions or [Region(0, 0, table.size.width, table.size.height)])
            return refresh(*regions, **options)

        table.refresh = note  # type: ignore[method-assign]
        row = table.window.at(4)
        assert row is not None
        held = list(link.rows["workers"][row.id])
        held[[c.key for c in table.table.columns].index("queued")] = 77
        link.rows["workers"][row.id] = held
        link.version += 1
        await until(pilot, lambda: "77" in line(table, 5))
        assert len(dirty) == 1
        assert (dirty[0].y, dirty[0].height) == (5, 1)
        assert dirty[0].width <= 8


async def test_a_longer_table_repaints_neither_its_rows_nor_its_scrollbar() -> None:
    link = StillLink(2000)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        await pilot.press("n", "r")
        await until(pilot, lambda: table.is_current and "node-0000" in line(table, 1))
        dirty: list[object] = []
        bar = table.vertical_scrollbar
        for widget in (table, bar):

            def note(*regions: Region, paint: Any = widget.refresh, **options: Any) -> object:
                dirty.append(regions)
                return paint(*regions, **options)

            widget.refresh = note  # type: ignore[method-assign, assignment]
        name, values = worker_row(2000)
        link.rows["workers"][name] = values
        link.version += 1
        await until(pilot, lambda: bar.window_virtual_size == 2002)
        assert dirty == []
        await pilot.press("end")
        await until(pilot, lambda: "node-2000" in screen_text(app))


async def test_the_thumb_is_at_the_visible_rows() -> None:
    link = StillLink(400)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)

        def thumb() -> list[int]:
            bar = table.vertical_scrollbar
            cells = [next(iter(bar.render_line(y))) for y in range(bar.size.height)]
            return [
                y
                for y, cell in enumerate(cells)
                if cell.style and cell.style.meta.get("@mouse.down") == "grab"
            ]

        assert thumb()[0] == 0
        await pilot.press("end")
        await until(pilot, lambda: thumb()[-1] == table.size.height - 1)
        for number in range(300, 400):
            del link.rows["workers"][worker_row(number)[0]]
        link.version += 1
        await until(pilot, lambda: table.window.count in (300, 301))
        await until(pilot, lambda: table.top + table.screenful == table.window.count)
        assert thumb()[-1] == table.size.height - 1
        await pilot.press("home")
        await until(pilot, lambda: thumb()[0] == 0)


async def test_an_unchanged_answer_causes_no_repaint() -> None:
    link = StillLink(30)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: link.questions[-1].known == link.version)


async def test_changes_are_drawn_after_a_change_of_styles() -> None:
    link = StillLink(30)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        table.notify_style_update()
        row = table.window.at(4)
        assert row is not None
        held = list(link.rows["workers"][row.id])
        held[table.table.index("queued")] = 7654
        link.rows["workers"][row.id] = held
        link.version += 1
        await until(pilot, lambda: "7,654" in screen_text(app))


async def test_every_sort_key_marks_its_column_at_80_cells() -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(80, 24)) as pilot:
        table = await settled(pilot)
        for key in "ngCMcmFfwdsl":
            await pilot.press(key)
            assert "▼" in line(table, 0) or "▲" in line(table, 0), key
            await until(pilot, lambda: table.is_current)


async def test_marks_and_hostile_names_are_plain_text() -> None:
    link = StillLink(0)
    _, values = worker_row(1)
    values[1] = "worker [/] [red]x\\x1b[2J"
    link.rows["workers"] = {"a": values}
    link.marks = {"a": "stale"}
    app = app_on(link)
    async with app.run_test(size=(300, 20)) as pilot:
        table = await settled(pilot)
        assert line(table, 1)[1] == "~"
        assert "worker [/] [red]x\\x1b[2J" in line(table, 1)


async def test_horizontal_scrolling_reaches_every_column() -> None:
    link = StillLink(5)
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        table = await settled(pilot)
        assert "capabilities" not in line(table, 0)
        for _ in range(30):
            await pilot.press("right")
        assert "procs" in line(table, 0)
        for _ in range(31):
            await pilot.press("left")
        assert line(table, 0).split()[0] == "worker"
        assert not table.view.wide


async def test_the_mouse_sorts_by_a_title_and_takes_a_row() -> None:
    link = StillLink(9)
    app = app_on(link)
    async with app.run_test(size=(160, 40)) as pilot:
        table = await settled(pilot)
        await pilot.click(table, offset=(line(table, 0).index("queued") + 1, 0))
        assert table.view.sort == "queued"
        await pilot.click(table, offset=(10, 3))
        assert table.view.position == 2


async def test_enter_without_a_cursor_opens_the_first_visible_row() -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 30)) as pilot:
        table = await settled(pilot)
        first = table.window.at(0)
        assert first is not None
        await pilot.press("enter")
        await until(pilot, lambda: len(app.body.path) == 2)
        assert app.body.pane is not None
        assert app.body.pane.entity == first.id
