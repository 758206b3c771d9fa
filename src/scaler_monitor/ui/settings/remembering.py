"""The commands that need settings, for the app: columns and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaler_monitor.ui.settings.store import SettingsStore
from scaler_monitor.ui.themes import theme_for_terminal

if TYPE_CHECKING:
    from scaler_monitor.ui.app import MonitorApp
    from scaler_monitor.ui.table.entity_table import EntityTable


class Remembering:
    """Puts remembered choices in force, and remembers new ones; `store` None remembers nothing."""

    store: SettingsStore | None = None

    def _the_app(self) -> MonitorApp:
        from scaler_monitor.ui.app import MonitorApp

        assert isinstance(self, MonitorApp)
        return self

    def apply_settings(self, store: SettingsStore) -> None:
        """Put the store's choices in force; call before the app runs."""
        from scaler_monitor.views.tables import TABLES

        app, settings = self._the_app(), store.settings
        self.store = store
        app.theme = settings.theme or theme_for_terminal(app.console.color_system, app.no_color)
        app.looks.window_seconds = settings.window_minutes * 60.0
        app.looks.logarithmic = settings.scale == "log"
        app.looks.absolute_time = settings.time == "absolute"
        for key, choice in settings.columns.items():
            if key in TABLES:
                app.looks.hide(TABLES[key], choice.hidden_of(TABLES[key]))

    def remember(self, **choices: object) -> None:
        """Remember choices; what goes wrong is said once."""
        if self.store is not None:
            problem = self.store.remember(**choices)
            if problem:
                self._the_app().say(problem)

    def _table_in_sight(self) -> EntityTable | None:
        pane = self._the_app().pane
        return pane.active_table if pane is not None else None

    def allows_columns(self) -> bool:
        """Whether there is a table."""
        return self._table_in_sight() is not None

    def command_columns(self) -> None:
        """Choose the columns of the table in sight."""
        from scaler_monitor.ui.settings.choosing import ColumnChooser

        table = self._table_in_sight()
        if table is None:
            return
        shown = table

        def take(hidden: frozenset[str] | None) -> None:
            if hidden is None:
                return
            self._the_app().looks.hide(shown.table, hidden)
            shown.on_resize()
            shown.repaint_all()
            if self.store is not None:
                problem = self.store.remember_columns(shown.table, hidden)
                if problem:
                    self._the_app().say(problem)

        self._the_app().push_screen(ColumnChooser(table.table, table.look.hidden), take)

    def command_theme(self) -> None:
        """Choose a theme."""
        from scaler_monitor.ui.settings.choosing import ThemeChooser

        def take(name: str | None) -> None:
            if name:
                self._the_app().theme = name
                self.remember(theme=name)

        self._the_app().push_screen(ThemeChooser(), take)
