"""Settings are saved in the background, including the last one; problems are shown; without an app."""

from __future__ import annotations

from pathlib import Path

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.settings.store import SettingsStore
from scaler_monitor.ui.settings.writer import SettingsWriter


async def test_values_are_applied_at_once_and_saved_soon(tmp_path: Path) -> None:
    path, problems = tmp_path / "settings.toml", list[str]()
    writer = SettingsWriter(problems.append)
    writer.save(theme="nobody has a file yet")
    writer.store = SettingsStore(path, environment={})
    writer.save(scale="log")
    writer.save(window_minutes=10)
    writer.save_columns(TABLES["workers"], frozenset({"cpu"}))
    assert (writer.store.settings.scale, writer.store.settings.window_minutes) == ("log", 10)
    await writer.finish()
    again = SettingsStore(path, environment={}).settings
    assert (again.scale, again.window_minutes) == ("log", 10)
    assert "cpu" in again.columns["workers"].hidden_columns(TABLES["workers"])
    assert problems == []


async def test_a_file_that_cannot_be_written_is_shown_as_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    problems: list[str] = []
    writer = SettingsWriter(problems.append)
    writer.store = SettingsStore(tmp_path / "file" / "settings.toml", environment={})
    writer.save(scale="log")
    await writer.finish()
    assert len(problems) == 1
    assert problems[0].startswith("settings are not kept: ")


def test_the_escape_delay_has_a_default(tmp_path: Path) -> None:
    writer = SettingsWriter(print)
    default = writer.escape_seconds
    writer.store = SettingsStore(tmp_path / "none", environment={}, flags={"escape_milliseconds": 700})
    assert (default > 0, writer.escape_seconds) == (True, 0.7)
