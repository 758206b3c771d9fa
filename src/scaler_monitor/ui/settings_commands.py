"""The commands that change settings: the columns of a table, and the theme."""

from __future__ import annotations

from typing import Any

from textual.app import App

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.body import Body
from scaler_monitor.ui.settings.definitions import Settings
from scaler_monitor.ui.settings.writer import SettingsWriter
from scaler_monitor.ui.view_state import ViewState


class SettingsCommands:
    """Opens a dialog for each choice; the choice is applied at once, and saved."""

    def __init__(self, app: App[Any], body: Body, view_state: ViewState, settings: SettingsWriter) -> None:
        self._host = app
        self._body = body
        self._view_state = view_state
        self._settings = settings

    def allows_columns(self) -> bool:
        """Whether there is a table."""
        return self._body.active_table is not None

    def command_columns(self) -> None:
        """Choose the columns of the active table."""
        from scaler_monitor.ui.settings.choosers import ColumnChooser

        table = self._body.active_table
        if table is None:
            return
        shown = table

        def take(hidden: frozenset[str] | None) -> None:
            if hidden is None:
                return
            self._view_state.hide(shown.table, hidden)
            shown.on_resize()
            shown.repaint_all()
            self._settings.save_columns(shown.table, hidden)

        self._host.push_screen(ColumnChooser(table.table, table.view.hidden), take)

    def command_theme(self) -> None:
        """Choose a theme."""
        from scaler_monitor.ui.settings.choosers import ThemeChooser

        def take(name: str | None) -> None:
            if name:
                self._host.theme = name
                self._settings.save(theme=name)

        self._host.push_screen(ThemeChooser(), take)


def apply_to_view_state(settings: Settings, view_state: ViewState) -> None:
    """Use the time window, the scales and the columns of the settings."""
    view_state.window_seconds = settings.window_minutes * 60.0
    view_state.logarithmic = settings.scale == "log"
    view_state.absolute_time = settings.time == "absolute"
    for key, choice in settings.columns.items():
        if key in TABLES:
            view_state.hide(TABLES[key], choice.hidden_columns(TABLES[key]))
