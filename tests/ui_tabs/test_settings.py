"""Settings: precedence, saving, and unwritable homes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import tomlkit
from tests.ui_tabs.settings_store import store
from tests.ui_tabs.test_tabs import has_rows, tabs, until
from textual.widgets import OptionList

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.copying.clipboard import MAX_BYTES, keep_copy
from scaler_monitor.ui.settings import BadSetting, SettingsStore
from scaler_monitor.ui.settings.column_choice import ColumnChoice
from scaler_monitor.ui.themes import CAPABILITY_COLOURS, THEMES, palette_of, theme_names


def test_flag_over_environment_over_file(tmp_path: Path) -> None:
    """Command line, environment, file; only values of the file are written."""
    path = tmp_path / "settings.toml"
    path.write_text('theme = "scaler-light"\nwindow_minutes = 10\nscale = "log"\n')
    environment = {"SCALER_MONITOR_WINDOW_MINUTES": "30", "SCALER_MONITOR_SCALE": "linear"}
    held = store(path, environment=environment, flags={"scale": "log", "theme": None})
    settings = held.settings
    assert (settings.theme, settings.window_minutes, settings.scale) == ("scaler-light", 30, "log")
    held.set(time="absolute")
    held.write()
    assert store(path).settings.window_minutes == 10


def test_our_escape_delay_overrides_that_of_ncurses(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    assert store(path).settings.escape_milliseconds == 300
    path.write_text("escape_milliseconds = 700\n")
    assert store(path).settings.escape_milliseconds == 700
    theirs, ours = {"ESCDELAY": "50"}, {"SCALER_MONITOR_ESCAPE_MILLISECONDS": "400"}
    assert store(path, environment=theirs).settings.escape_milliseconds == 50
    assert store(path, environment=theirs | ours).settings.escape_milliseconds == 400
    flags = {"escape_milliseconds": 900}
    assert store(path, environment=theirs | ours, flags=flags).settings.escape_milliseconds == 900


@pytest.mark.parametrize("wrong", ["0", "-1", "10001", "1e3", "fast", "\N{SUPERSCRIPT TWO}", "true", "1.5"])
def test_an_invalid_escape_delay_is_reported(tmp_path: Path, wrong: str) -> None:
    held = store(tmp_path / "settings.toml", environment={"SCALER_MONITOR_ESCAPE_MILLISECONDS": wrong})
    assert held.settings.escape_milliseconds == 300
    assert "escape_milliseconds must be a whole number of milliseconds from 1 to 10000" in held.problems[0]


async def test_the_escape_delay_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("escape_milliseconds = 700\n")
    async with tabs() as (app, _, _):
        app.apply_settings(store(path))
        assert app.settings.escape_seconds == 0.7


def test_values_are_saved_and_unknown_keys_preserved(tmp_path: Path) -> None:
    """Values of a later version are preserved."""
    path = tmp_path / "deep" / "settings.toml"
    path.parent.mkdir()
    path.write_text("future = { a = 1 }\n")
    held = store(path)
    held.set_columns(TABLES["workers"], TABLES["workers"].hidden | {"host"})
    assert held.write() == ""
    again = store(path)
    assert again.settings.columns == {"workers": ColumnChoice(hidden=frozenset({"host"}))}
    assert tomlkit.parse(path.read_text())["future"] == {"a": 1}
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    "broken",
    [
        "theme = ",
        "\x00",
        'theme = "neon"',
        "window_minutes = 7",
        "columns = 1",
        "columns.tasks = 1",
        "columns.tasks.hidden = 1",
    ],
)
def test_an_invalid_file_is_one_message_and_defaults(tmp_path: Path, broken: str) -> None:
    """An invalid file or value is reported in one line."""
    path = tmp_path / "settings.toml"
    path.write_text(broken)
    held = store(path)
    assert held.settings == store(tmp_path / "none.toml").settings
    assert len(held.problems) == 1
    assert "\n" not in held.problems[0]


def test_an_unwritable_home_is_reported_once(tmp_path: Path) -> None:
    """The value is used for this run."""
    (tmp_path / "file").write_text("")
    held = store(tmp_path / "file" / "settings.toml")
    held.problems.clear()
    held.set(theme="scaler-light")
    assert "not kept" in held.write()
    held.set(scale="log")
    assert held.write() == ""
    assert (held.settings.theme, held.settings.scale) == ("scaler-light", "log")


def test_invalid_values_raise(tmp_path: Path) -> None:
    """An invalid value is not written."""
    with pytest.raises(BadSetting):
        store(tmp_path / "s.toml").set(theme="neon")


def test_copies_are_bounded(tmp_path: Path) -> None:
    """A file that would grow too large is started again; an unwritable one is reported."""
    path = tmp_path / "copied.txt"
    for _ in range(5):
        assert keep_copy("x" * (MAX_BYTES // 2), path) == ""
    assert path.stat().st_size <= MAX_BYTES + 2
    assert "copied.txt" in keep_copy("x", path / "copied.txt")


def test_every_theme_has_its_own_palette() -> None:
    """Capability colours differ from each other and from the colour of failures."""
    for theme in THEMES:
        palette = palette_of(theme.name)
        assert len({*palette.capabilities, palette.bad}) == CAPABILITY_COLOURS + 1
        assert palette.style("capability-7", "bad", True).bold


async def test_copy_reaches_clipboard_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`y` copies the row at the cursor."""
    path = tmp_path / "copied.txt"
    monkeypatch.setattr("scaler_monitor.ui.copying.clipboard.copies_path", lambda: path)
    async with tabs() as (app, pilot, _):
        await pilot.press("9")
        await until(pilot, partial(has_rows, app))
        await pilot.press("down", "y")
        await until(pilot, lambda: app.clipboard.startswith("Client|"))
        await until(pilot, lambda: path.exists() and app.clipboard in path.read_text())


async def test_scales_are_saved(tmp_path: Path) -> None:
    """Window, scale and time are restored at the next start."""
    path = tmp_path / "settings.toml"
    async with tabs() as (app, pilot, _):
        app.apply_settings(store(path))
        await pilot.press("4", "L", "T", "right_square_bracket")
    settings = store(path).settings
    assert (settings.scale, settings.time, settings.window_minutes) == ("log", "absolute", 10)


async def test_only_values_chosen_in_the_program_are_written(tmp_path: Path) -> None:
    """Flags, environment, other tables and a zoom are not written; other content is preserved."""
    path = tmp_path / "settings.toml"
    path.write_text('[columns]\nclients = ["client", "tasks"]\nlater_table = ["x"]\n')
    above = {"SCALER_MONITOR_THEME": "scaler-light", "SCALER_MONITOR_WINDOW_MINUTES": "30"}
    held = store(path, environment=above, flags={"scale": "log", "columns": {"objects": ["size"]}})
    async with tabs() as (app, pilot, _):
        app.apply_settings(held)
        assert (app.theme, app.view_state.window_seconds, app.view_state.logarithmic) == (
            "scaler-light",
            1800,
            True,
        )
        await pilot.press("4", "right_square_bracket", "plus", "right_square_bracket", "T")
        held.set_columns(TABLES["tasks"], frozenset({"client"}))
        held.write()
    assert tomlkit.parse(path.read_text()) == {
        "time": "absolute",
        "columns": {
            "clients": ["client", "tasks"],
            "later_table": ["x"],
            "tasks": {"hidden": ["client"]},
        },
    }


async def test_the_theme_chooser_starts_at_the_present_theme(tmp_path: Path) -> None:
    """Enter alone changes nothing; another theme is applied at once and saved."""
    path = tmp_path / "settings.toml"
    async with tabs() as (app, pilot, _):
        app.apply_settings(store(path, flags={"theme": "scaler-light"}))
        for keys in (("enter",), ("down", "enter")):
            await app.action_command("theme")
            await until(pilot, lambda: app.screen.query(OptionList))
            await pilot.press(*keys)
            await until(pilot, lambda: not app.screen.query(OptionList))
            if keys == ("enter",):
                assert app.theme == "scaler-light"
    assert app.theme == theme_names()[theme_names().index("scaler-light") + 1]
    assert store(path).settings.theme == app.theme


def test_an_unwritable_value_is_reported_and_tried_again(tmp_path: Path) -> None:
    """A value without a TOML representation does not stop the writing silently."""
    store = SettingsStore(tmp_path / "settings.toml")
    store._unwritten = {("later",): object()}
    assert "settings are not kept" in store.write()
    store._unwritten = {("later",): 1}
    assert store.write() == ""
    assert (tmp_path / "settings.toml").exists()
