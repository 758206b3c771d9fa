"""Saves the user's choices in the settings file, in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scaler_monitor.link.daemon_thread import KEEP_SECONDS, run_in_daemon_thread
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.system.logs import logger
from scaler_monitor.ui.keyboard.delay import ESCAPE_MILLISECONDS
from scaler_monitor.ui.settings.store import SettingsStore

_log = logger(__name__)


class SettingsWriter:
    """Saves settings without blocking the app; `show_problem` is called with error messages.

    `store` is None until settings are loaded; until then nothing is saved.
    """

    def __init__(self, show_problem: Callable[[str], object]) -> None:
        self.store: SettingsStore | None = None
        self._show_problem = show_problem
        self._has_unwritten = False
        self._writing: asyncio.Task[None] | None = None

    @property
    def escape_seconds(self) -> float:
        """Seconds to wait for the rest of a key sequence; after that an ESC is the Escape key."""
        milliseconds = self.store.settings.escape_milliseconds if self.store else ESCAPE_MILLISECONDS
        return milliseconds / 1000

    def save(self, **choices: object) -> None:
        """Set values by name, and save them; raises BadSetting."""
        if self.store is not None:
            self.store.set(**choices)
            self._write_soon(self.store)

    def save_columns(self, table: TableSpec, hidden: frozenset[str]) -> None:
        """Set the hidden columns of one table, and save them."""
        if self.store is not None:
            self.store.set_columns(table, hidden)
            self._write_soon(self.store)

    async def finish(self) -> None:
        """Wait until the last value is written, at most `KEEP_SECONDS`."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=KEEP_SECONDS)

    def _write_soon(self, store: SettingsStore) -> None:
        self._has_unwritten = True
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(store))

    async def _write(self, store: SettingsStore) -> None:
        while self._has_unwritten:
            self._has_unwritten = False
            problem = await run_in_daemon_thread(store.write)
            if problem:
                _log.warning("%s", problem)
                self._show_problem(problem)
