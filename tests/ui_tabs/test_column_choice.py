"""The user's choice of columns: stored as differences, and read from files of other releases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import tomlkit
from tests.ui_tabs.settings_store import store
from tests.ui_tabs.test_tabs import has_rows, table, tabs, until
from textual.widgets import OptionList

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.settings.column_choice import ColumnChoice


def column_lines(app: MonitorApp) -> list[str]:
    """Return the lines of the chooser; shown columns have a mark, not only a colour."""
    return [str(option.prompt) for option in app.screen.query_one(OptionList).options]


async def test_hiding_all_columns_is_ignored(tmp_path: Path) -> None:
    """At least one column is shown; a click works like Space."""
    async with tabs(size=(120, 40)) as (app, pilot, _):
        app.apply_settings(store(tmp_path / "settings.toml"))
        await pilot.press("9")
        await until(pilot, partial(has_rows, app))
        before = table(app).view.hidden
        await app.action_command("columns")
        await until(pilot, lambda: app.screen.query(OptionList))
        await pilot.click(OptionList, offset=(5, 1))
        assert column_lines(app)[1].startswith("[ ] host")
        for number, line in enumerate(column_lines(app)):
            if line.startswith("[x]"):
                app.screen.query_one(OptionList).highlighted = number
                await pilot.press("space")
        assert all(line.startswith("[ ]") for line in column_lines(app))
        await pilot.press("enter")
        await until(pilot, lambda: not app.screen.query(OptionList))
        assert table(app).view.hidden == before


async def test_the_choice_of_columns_is_applied_and_saved(tmp_path: Path) -> None:
    """The chooser hides a column at once, and saves it."""
    path = tmp_path / "settings.toml"
    async with tabs() as (app, pilot, _):
        app.apply_settings(store(path))
        await pilot.press("9")
        await until(pilot, partial(has_rows, app))
        await app.action_command("columns")
        await until(pilot, lambda: app.screen.query(OptionList))
        assert column_lines(app)[1].startswith("[x] host")
        await pilot.press("down", "space")
        assert column_lines(app)[1].startswith("[ ] host")
        await pilot.press("enter")
        await until(pilot, lambda: "host" in table(app).view.hidden)
        assert "host" in app.view_state.of_table(table(app).table, "function/clients").hidden
        await app.action_command("columns")
        await until(pilot, lambda: app.screen.query(OptionList))
        await pilot.press("down", "space", "enter")
        await until(pilot, lambda: "host" not in table(app).view.hidden)
        await app.action_command("columns")
        await until(pilot, lambda: app.screen.query(OptionList))
        await pilot.press("space", "enter")
        await until(pilot, lambda: "client" in table(app).view.hidden)
    assert tomlkit.parse(path.read_text())["columns"] == {"clients": {"hidden": ["client"]}}
    assert store(path).settings.columns["clients"].hidden_columns(TABLES["clients"]) == {"client"}


def test_columns_of_a_later_release_are_shown(tmp_path: Path) -> None:
    """Differences are saved, not the whole list; unknown columns in the file are preserved."""
    path = tmp_path / "settings.toml"
    columns = (replace(column, hidden=column.key == "host") for column in TABLES["clients"].columns[:4])
    table = replace(TABLES["clients"], columns=tuple(columns))
    held = store(path)
    held.set_columns(table, frozenset({"submitted"}))
    held.write()
    choice = store(path).settings.columns["clients"]
    assert choice == ColumnChoice(shown=frozenset({"host"}), hidden=frozenset({"submitted"}))
    assert choice.hidden_columns(TABLES["clients"]) == {"submitted"}
    held.set_columns(TABLES["clients"], frozenset({"submitted", "seen_by_a_later_release"}))
    held.write()
    again = store(path)
    again.set_columns(table, frozenset({"host"}))
    again.write()
    assert store(path).settings.columns["clients"].hidden == {"seen_by_a_later_release"}


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ('clients = ["client", "tasks"]', {"host", "failed"}),
        ('clients = ["of_another_program"]', set()),
        ('clients.hidden = ["client"]', {"client"}),
    ],
)
def test_files_of_older_releases_are_read(tmp_path: Path, written: str, hidden: set[str]) -> None:
    """A list has the shown columns; a list that hides all columns is ignored."""
    path = tmp_path / "settings.toml"
    path.write_text(f"[columns]\n{written}\n")
    held = store(path)
    assert held.problems == []
    table = TABLES["clients"]
    off = held.settings.columns["clients"].hidden_columns(table)
    assert hidden <= off
    assert off.isdisjoint({"tasks"})
    assert bool(off) is bool(hidden)
