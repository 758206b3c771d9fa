"""Theme and glyphs at the start: by the terminal's colours, and by the settings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.terminal import Terminal
from tests.ui.still_link import StillLink

from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.settings import SettingsStore
from scaler_monitor.ui.themes import theme_for_terminal

GUI = str(Path(sys.executable).parent / "scaler_gui")
NOBODY = "tcp://127.0.0.1:9"


@pytest.mark.parametrize(
    ("color_system", "no_color", "theme"),
    [
        ("truecolor", False, "scaler-dark"),
        ("256", False, "scaler-dark"),
        ("standard", False, "scaler-ansi"),
        (None, False, "scaler-ansi"),
        ("truecolor", True, "scaler-ansi"),
    ],
)
def test_a_theme_for_each_terminal(color_system: str | None, no_color: bool, theme: str) -> None:
    """With few or no colours, the terminal's own colours are used."""
    assert theme_for_terminal(color_system, no_color) == theme


@pytest.mark.parametrize(
    ("surroundings", "chosen", "theme"),
    [
        ({"TERM": "xterm"}, "", "scaler-ansi"),
        ({"TERM": "xterm-256color"}, "", "scaler-dark"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "", "scaler-dark"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "", "scaler-ansi"),
        ({"TERM": "xterm"}, "scaler-light", "scaler-light"),
    ],
)
def test_the_terminal_selects_the_theme_unless_the_user_did(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    surroundings: dict[str, str],
    chosen: str,
    theme: str,
) -> None:
    """TERM, COLORTERM and NO_COLOR decide; the theme is not saved."""
    path = tmp_path / "settings.toml"
    if chosen:
        path.write_text(f'theme = "{chosen}"\n')
    for name in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    app = MonitorApp(StillLink(1))
    store = SettingsStore(path, environment={})
    app.apply_settings(store)
    assert app.theme == theme
    store.set(time="absolute")
    store.write()
    assert SettingsStore(path, environment={}).settings.theme == chosen


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Start scaler_gui on a terminal of 16 colours, without a scheduler, with saved glyphs and time."""
    (tmp_path / "scaler-monitor").mkdir()
    (tmp_path / "scaler-monitor" / "settings.toml").write_text('glyphs = "ascii"\ntime = "absolute"\n')
    started = Terminal((GUI, NOBODY), env={"XDG_CONFIG_HOME": str(tmp_path)}, term="xterm")
    with started:
        yield started


def test_remembered_glyphs_and_the_terminals_theme_are_there_at_start(terminal: Terminal) -> None:
    """Every byte is ASCII, and there are no RGB colours."""
    terminal.wait_for("1 Live", "manager^")
    terminal.send("4")
    terminal.wait_for("Memory and CPU", "5 min")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    written = bytes(terminal.received)
    assert written.isascii()
    assert b"8;2;" not in written
    assert b"8;5;" not in written
