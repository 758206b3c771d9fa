"""A column in its table, and a registered table, appear everywhere without further definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from tests.present import present
from tests.scenario import build_cluster
from tests.ui_tabs.test_tabs import is_at, tabs, text, until
from tests.ui_tabs.test_tabs import table as table_in_sight
from textual.widgets import OptionList

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report
from scaler_monitor.export.text_tabs import text_questions, text_tabs
from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.table_spec import ColumnSpec, PagePart, TableSpec, TabSpec, as_plain
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.protocol.tables import register as register_table
from scaler_monitor.query.entity_facts import describe_facts
from scaler_monitor.query.entity_reader import entity_reader
from scaler_monitor.query.row_cache import forget_rows
from scaler_monitor.query.table_page import table_page
from scaler_monitor.query.tables import READERS
from scaler_monitor.query.tables import register as register_reader
from scaler_monitor.ui.help import HelpText
from scaler_monitor.ui.tab_bar import TabBar
from scaler_monitor.ui.tabs.caption import Caption
from scaler_monitor.ui.tabs.facts import Facts

WORLD = build_cluster()
CLUSTER, STATUS, NOW = WORLD


class Volume(NamedTuple):
    """The object of a row of the added table."""

    id: str
    size_bytes: int
    filled_permille: int
    written_seconds: float


VOLUMES = (Volume("scratch", 3 << 30, 950, 0.25), Volume("models", 700 << 20, 120, 4000.0))

VOLUME_TABLE = TableSpec(
    "volumes",
    "Volumes",
    "volume",
    place=99,
    tab=TabSpec("Volumes", "Vols", rows="mounted"),
    entity="volume",
    columns=(
        ColumnSpec("volume", "volume", "text", 12, "Volume's name", field="id", names="volume", json="id"),
        ColumnSpec("size", "size", "bytes", 6, "Bytes it can hold", field="size_bytes", json="size_bytes"),
        ColumnSpec(
            "filled", "filled", "permille", 6, "How full it is", field="filled_permille", json="filled"
        ),
        ColumnSpec("written", "written", "age", 7, "Since it was written", field="written_seconds"),
    ),
    sort="size",
    page=(PagePart("volumes", "itself"),),
    empty="no volume is mounted",
    notes=("filled: by the last look",),
    json="volumes",
)

VOLUME_READER = entity_reader(
    "volumes",
    lambda _: VOLUMES,
    lambda volume: volume.id,
    tones={"filled": lambda value: "warn" if value > 900 else ""},
)

# by table, one that is a field of what its rows are made of: only its `ColumnSpec` says so
ADDED_COLUMNS = {
    "tasks": ColumnSpec("begun", "begun", "count", 8, "Times it began", field="attempts", json="begun"),
    "workers": ColumnSpec(
        "beat", "beat", "latency", 6, "Its last round trip", field="lag_microseconds", json="beat"
    ),
    "processors": ColumnSpec("held", "held", "bytes", 6, "Held now", field="rss_bytes", json="held"),
    "functions": ColumnSpec("peak", "peak", "bytes", 6, "Its peak", field="memory_peak_bytes", json="peak"),
    "clients": ColumnSpec(
        "trip", "trip", "latency", 6, "A trip", field="status.latency_microseconds", json="trip"
    ),
    "managers": ColumnSpec("slots", "slots", "count", 6, "Slots left", field="free", json="slots"),
    "machines": ColumnSpec("slots", "slots", "count", 6, "Slots taken", field="sent", json="slots"),
    "objects": ColumnSpec("bytes", "bytes", "bytes", 6, "Its bytes", field="size_bytes", json="bytes"),
    "events": ColumnSpec("count", "count", "count", 6, "Which one it is", field="number", json="count"),
}
PLACES = {"processors": "workers"}
"""In which part of the document a table is that is none itself."""


@pytest.fixture
def volumes() -> Iterator[None]:
    """Add a table to the monitor."""
    tables, readers = dict(TABLES), dict(READERS)
    register_table(VOLUME_TABLE)
    register_reader(VOLUME_READER)
    yield
    TABLES.clear()
    TABLES.update(tables)
    READERS.clear()
    READERS.update(readers)


@pytest.fixture
def added(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[TableSpec, ColumnSpec]:
    """Add a column to a table."""
    table, column = TABLES[request.param], ADDED_COLUMNS[request.param]
    longer = replace(table, columns=(*table.columns, column))
    monkeypatch.setitem(TABLES, request.param, longer)
    forget_rows(CLUSTER)
    return longer, column


def page(table: str, **how: object) -> TablePage:
    return table_page(CLUSTER, TableQuestion(table, limit=10_000, **how), NOW)  # type: ignore[arg-type]


def the_text(width: int = 400) -> str:
    described = document(CLUSTER, STATUS, NOW)
    pages = [table_page(CLUSTER, question, NOW) for question in text_questions()]
    return text_report(described, width) + text_tabs(pages, width)


@pytest.mark.parametrize("added", ADDED_COLUMNS, indirect=True)
def test_a_column_is_read_sorted_filtered_and_exported(added: tuple[TableSpec, ColumnSpec]) -> None:
    table, column = added
    at = table.index(column.key)
    ascending = [row[at] for row in page(table.key, sort=column.key, descending=False).rows]
    known = [value for value in ascending if value is not None]
    assert known
    assert known == sorted(known)
    assert ascending[len(known) :] == [None] * (len(ascending) - len(known))
    assert page(table.key, filter=f"{column.title}>=0").matched == len(known)
    most = {"count": "900G", "bytes": "900GiB", "latency": "900h"}[column.kind]
    none = page(table.key, filter=f"{column.title}>{most}")
    assert (none.matched, none.filter_error) == (0, "")
    wrong = page(table.key, filter=f"{column.title}>blue").filter_error
    assert {"count": "100 or 2k", "bytes": "500M or 2G", "latency": "5ms"}[column.kind] in wrong
    titles = [line.split() for line in the_text().splitlines()]
    assert any(column.title in line and table.columns[1].title in line for line in titles)
    described = json.loads(json.dumps(document(CLUSTER, STATUS, NOW)))
    part = described[table.json or PLACES[table.key]]
    entries = [one for row in part for one in row["processors"]] if table.key == "processors" else part
    assert {entry[column.json] for entry in entries} & set(known)
    assert as_plain(table)["columns"][-1]["title"] == column.title


def test_a_computed_column_of_processors_is_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    column = ColumnSpec("behind", "behind", "text", 9, "Tasks behind it", json="waits_behind")
    table = TABLES["processors"]
    changed = [column if other.key == column.key else other for other in table.columns]
    monkeypatch.setitem(TABLES, "processors", replace(table, columns=tuple(changed)))
    at = table.index(column.key)
    shown = {row[at] for row in page("processors").rows if row[table.index("pid")] > 0}
    workers = json.loads(json.dumps(document(CLUSTER, STATUS, NOW)))["workers"]
    assert {row["waits_behind"] for worker in workers for row in worker["processors"]} == shown
    assert len(shown) > 1


@pytest.mark.parametrize("added", ["tasks", "workers"], indirect=True)
async def test_a_column_is_in_header_help_and_chooser(added: tuple[TableSpec, ColumnSpec]) -> None:
    table, column = added
    async with tabs((220, 50)) as (app, pilot, _):
        await pilot.press("2" if table.key == "tasks" else "1")
        await until(pilot, lambda: app.body.pane is not None and app.body.pane.tables)
        await until(pilot, lambda: table_in_sight(app).window.count)
        shown = table_in_sight(app)
        assert column.title in shown.render_line(0).text.split()
        await app.action_command("columns")
        await until(pilot, lambda: app.screen.query(OptionList))
        lines = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        assert f"[x] {column.title:<13} {column.describe}" in lines
        await pilot.press("escape")
        await pilot.press("question_mark")
        await until(pilot, lambda: app.body.pane is not None and app.body.pane.query(HelpText))
        assert app.body.pane is not None
        lines = help_lines(app.body.pane.query_one(HelpText))
        assert any(column.title in line and column.describe in line for line in lines)


def help_lines(page_of_help: HelpText) -> list[str]:
    page_of_help.scroll_to(y=0, animate=False, immediate=True)
    return [strip.text for strip in page_of_help._page]


def test_a_table_is_read_sorted_filtered_and_exported(volumes: None) -> None:
    assert page("volumes").ids == ["scratch", "models"]
    assert page("volumes", sort="filled", descending=False).ids == ["models", "scratch"]
    assert page("volumes", filter="size<1G").ids == ["models"]
    assert page("volumes", filter="filled>50%").ids == ["scratch"]
    assert page("volumes", filter="written>1h").ids == ["models"]
    assert page("volumes", filter="scratch", scope_kind="volume", scope_id="models").matched == 0
    assert page("volumes").tones == ["  w", ""]
    assert describe_facts(CLUSTER, "volume", "models", NOW) == [
        ("volume", "models"),
        ("size", "700M"),
        ("filled", "12.0%"),
        ("written", "1h06m"),
    ]
    lines = the_text().splitlines()
    at = lines.index("Volumes (2)")
    assert lines[at + 1].split() == ["volume", "size", "filled", "written"]
    assert lines[at + 2].split() == ["scratch", "3.0G", "95.0%", "0s"]
    assert json.loads(json.dumps(document(CLUSTER, STATUS, NOW)))["volumes"] == [
        {"id": "scratch", "size_bytes": 3 << 30, "filled": 95.0},
        {"id": "models", "size_bytes": 700 << 20, "filled": 12.0},
    ]


async def test_a_table_is_a_tab_with_a_caption_and_its_rows_have_pages(volumes: None) -> None:
    async with tabs((160, 40)) as (app, pilot, _):
        await app.navigation.go_to("volumes")
        await until(pilot, lambda: is_at(app, "Volumes") and present(app.body.pane).tables)
        shown = table_in_sight(app)
        await until(pilot, lambda: shown.window.count == 2)
        await pilot.pause()
        assert " Volumes " in app.query_one(TabBar).render_line(0).text
        assert shown.render_line(0).text.split() == ["volume", "size▼", "filled", "written"]
        assert shown.render_line(1).text.split() == ["scratch", "3.0G", "95.0%", "0s"]
        amber = shown.get_component_rich_style("entity-table--warn")
        assert [part.text.strip() for part in shown.render_line(1) if part.style == amber] == ["95.0%"]
        assert app.body.pane is not None
        assert text(app.body.pane.query_one(Caption)).split("   ")[0].strip() == "2 volumes mounted"
        assert "filled: by the last look" in text(app.body.pane.query_one(Caption))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.body.pane is not None and app.body.pane.crumb == "volume scratch")
        await until(pilot, lambda: "3.0G" in text(app.body.pane.query_one(Facts)))  # type: ignore[union-attr]
        await until(pilot, lambda: table_in_sight(app).window.count == 1)


def test_keys_and_places_are_unique() -> None:
    for same in (replace(VOLUME_TABLE, key="tasks"), replace(VOLUME_TABLE, place=2)):
        with pytest.raises(ValueError, match="is there already"):
            register_table(same)
    with pytest.raises(ValueError, match="read already"):
        register_reader(READERS["tasks"])
    assert "volumes" not in TABLES
