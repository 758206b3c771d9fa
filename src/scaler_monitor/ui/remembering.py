"""The commands that need settings, for the app: columns and theme."""

from __future__ import annotations

import asyncio

from scaler_monitor.link.beside import KEEP_SECONDS, beside_loop
from scaler_monitor.system.logs import logger
from scaler_monitor.ui.commanded import Commanded
from scaler_monitor.ui.settings.store import SettingsStore
from scaler_monitor.ui.themes import theme_for_terminal

_log = logger(__name__)


class Remembering(Commanded):
    """Puts remembered choices in force, and remembers new ones; `store` None remembers nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._is_unwritten = False
        self._keeping: asyncio.Task[None] | None = None

    def apply_settings(self, store: SettingsStore) -> None:
        """Put the store's choices in force; call before the app runs."""
        from scaler_monitor.protocol.tables import TABLES

        settings = store.settings
        self.store = store
        self.theme = settings.theme or theme_for_terminal(self.console.color_system, self.no_color)
        self.escape_seconds = settings.escape_milliseconds / 1000
        self.looks.window_seconds = settings.window_minutes * 60.0
        self.looks.logarithmic = settings.scale == "log"
        self.looks.absolute_time = settings.time == "absolute"
        for key, choice in settings.columns.items():
            if key in TABLES:
                self.looks.hide(TABLES[key], choice.hidden_of(TABLES[key]))

    def remember(self, **choices: object) -> None:
        """Remember choices; what goes wrong is said once."""
        if self.store is not None:
            self.store.remember(**choices)
            self._keep_settings(self.store)

    def _keep_settings(self, store: SettingsStore) -> None:
        self._is_unwritten = True
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._write_settings(store))

    async def _write_settings(self, store: SettingsStore) -> None:
        while self._is_unwritten:
            self._is_unwritten = False
            problem = await beside_loop(store.keep)
            if problem:
                _log.warning("%s", problem)
                self.say(problem)

    async def on_unmount(self) -> None:
        """Let what was chosen last be written."""
        if self._keeping is not None:
            await asyncio.wait([self._keeping], timeout=KEEP_SECONDS)

    def allows_columns(self) -> bool:
        """Whether there is a table."""
        return self.table_in_sight is not None

    def command_columns(self) -> None:
        """Choose the columns of the table in sight."""
        from scaler_monitor.ui.settings.choosing import ColumnChooser

        table = self.table_in_sight
        if table is None:
            return
        shown = table

        def take(hidden: frozenset[str] | None) -> None:
            if hidden is None:
                return
            self.looks.hide(shown.table, hidden)
            shown.on_resize()
            shown.repaint_all()
            if self.store is not None:
                self.store.remember_columns(shown.table, hidden)
                self._keep_settings(self.store)

        self.push_screen(ColumnChooser(table.table, table.look.hidden), take)

    def command_theme(self) -> None:
        """Choose a theme."""
        from scaler_monitor.ui.settings.choosing import ThemeChooser

        def take(name: str | None) -> None:
            if name:
                self.theme = name
                self.remember(theme=name)

        self.push_screen(ThemeChooser(), take)
