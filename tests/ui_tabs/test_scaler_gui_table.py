"""The table of scaler_gui's pages in the docs: its names exist, and it is complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.scenario import build_cluster

from scaler_monitor.demo.environment import CURRENT_RELEASE, ensure_scaler_python
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.ui.figures.styled_text import line_text
from scaler_monitor.ui.keys import COMMANDS, KEYS
from scaler_monitor.ui.tab_list import all_tabs
from scaler_monitor.ui.tabs.overview_lines import scheduler_line, storage_line

PAGES = (Path(__file__).parents[2] / "docs" / "SCALER_GUI.md").read_text()
TABLES_OF = {
    "Live": ("managers", "workers"),
    "Task Log": ("tasks",),
    "Worker Processors": ("processors",),
    "Events": ("events",),
    "Functions": ("functions",),
    "Machines": ("machines",),
    "Clients": ("clients",),
    "Objects": ("objects",),
}
LINES_OF = {"Live": (scheduler_line, storage_line), "Objects": (storage_line,)}
TITLES = [tab.title for tab in all_tabs()]
PLACE = re.compile(
    rf"\b[0-9] ({'|'.join(sorted(TITLES, key=len, reverse=True))})(?:, (managers|workers|line))?"
)
THEIR_TABLES = {
    "managers-table": "Overview: managers",
    "workers-table": "Overview: workers",
    "tasklog-table": "Tasks",
    "taskevents-table": "Events",
    "machines-table": "Machines",
    "clients-table": "Clients",
    "objects-table": "Objects",
}


def rows() -> list[tuple[str, str]]:
    """Return the rows of the table: (scaler_gui, scaler-monitor)."""
    table = PAGES.partition("| scaler_gui 2.9.0 | scaler-monitor |\n|---|---|\n")[2].partition("\n\n")[0]
    return [
        (cells[1].strip(), cells[2].strip()) for cells in (line.split("|") for line in table.splitlines())
    ]


def known_in(title: str, part: str) -> set[str]:
    """Return the names in `part` of a tab: columns of its tables, labels of its lines."""
    names = {"managers": ["managers"], "workers": ["workers"], "line": []}.get(part, TABLES_OF.get(title, ()))
    known = {column.title for name in names for column in TABLES[name].columns}
    if part in ("", "line"):
        cluster, _, now = build_cluster(20)
        overview = describe_overview(cluster, now)
        for line in LINES_OF.get(title, ()):
            known |= {span.text.strip() for span in line(overview, 300) if span.colour}
            assert line_text(line(overview, 300)).strip()
    return known


def named(here: str) -> Iterator[tuple[str, str, str]]:
    """Return the names between backticks in a row: (tab's title or "", its part, name)."""
    places = [(0, "", "")] + [(found.start(), found[1], found[2] or "") for found in PLACE.finditer(here)]
    for token in re.finditer(r"`([^`]+)`", here):
        _, title, part = next(place for place in reversed(places) if place[0] <= token.start())
        yield title, part, token[1]


@pytest.mark.parametrize(("theirs", "here"), rows(), ids=[theirs[:40] for theirs, _ in rows()])
def test_everything_in_a_row_exists(theirs: str, here: str) -> None:
    """Column titles, labels, keys, filters and commands."""
    keys = {key.written for key in KEYS} | {command.id for command in COMMANDS}
    for title, part, name in named(here):
        known = known_in(title, part)
        filtered = re.fullmatch(r"/?(\w+):\w+", name)
        assert name in known or name in keys or (filtered and filtered[1] in known), (title, part, name)
    for number, title in re.findall(r"\b([0-9]) ([A-Z][a-z]+)", here):
        assert f"{number} {TITLES[(int(number) - 1) % 10]}".startswith(f"{number} {title}"), here
    assert theirs


def test_a_name_that_does_not_exist_is_found() -> None:
    """The check above can fail."""
    assert "peak_memory" not in known_in("Task Log", "")
    assert "growth" in known_in("Task Log", "")
    assert "growth" not in known_in("Live", "workers")
    assert list(named("8 Machines: `host`; 1 Live, managers: `max`, `e`")) == [
        ("Machines", "", "host"),
        ("Live", "managers", "max"),
        ("Live", "managers", "e"),
    ]


class TheirPage(HTMLParser):
    """Column titles of scaler_gui's tables, by table id, and labels of its values."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: dict[str, list[str]] = {}
        self.labels: list[str] = []
        self._table, self._into = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table begins, or a title or label."""
        given = dict(attrs)
        if tag == "table":
            self._table = given.get("id") or ""
        self._into = "column" if tag == "th" else "label" if given.get("class") == "metric-label" else ""

    def handle_endtag(self, tag: str) -> None:
        """What follows is no title."""
        self._into = ""

    def handle_data(self, data: str) -> None:
        """A title's or label's text."""
        if self._into == "column":
            self.columns.setdefault(self._table, []).append(data.strip())
        elif self._into == "label":
            self.labels.append(data.strip().rstrip(":"))


@pytest.mark.peer
def test_every_column_of_scaler_gui_has_a_row() -> None:
    """Each column of each table, and each value of the overview, is in the left column."""
    python = ensure_scaler_python(CURRENT_RELEASE)
    (page,) = python.parents[1].glob("lib/python*/site-packages/scaler/ui/static/index.html")
    theirs = TheirPage()
    theirs.feed(page.read_text())
    assert theirs.columns.keys() == THEIR_TABLES.keys()
    left = [cell for cell, _ in rows()]

    def names(prefix: str) -> set[str]:
        found = (cell.rpartition(": ")[2] for cell in left if cell.startswith(prefix))
        return {name for cell in found for name in cell.split(", ")}

    for table, columns in theirs.columns.items():
        assert set(columns) <= names(f"{THEIR_TABLES[table]}: "), table
    assert set(theirs.labels) <= names("Overview: ")
    assert len(theirs.labels) > 5
