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
    """The settings in force, and a writer for new ones; `show_problem` gets why one cannot be saved.

    `store` is None until there are settings: then nothing is saved.
    """

    def __init__(self, show_problem: Callable[[str], object]) -> None:
        self.store: SettingsStore | None = None
        self._show_problem = show_problem
        self._has_unwritten = False
        self._writing: asyncio.Task[None] | None = None

    @property
    def escape_seconds(self) -> float:
        """How long the rest of a key may follow its ESC; after that the ESC is the Escape key."""
        milliseconds = self.store.settings.escape_milliseconds if self.store else ESCAPE_MILLISECONDS
        return milliseconds / 1000

    def save(self, **choices: object) -> None:
        """Put choices in force and save them, by their names in the settings file; raises BadSetting."""
        if self.store is not None:
            self.store.remember(**choices)
            self._write_soon(self.store)

    def save_columns(self, table: TableSpec, hidden: frozenset[str]) -> None:
        """Put in force, and save, which columns of one table are off."""
        if self.store is not None:
            self.store.remember_columns(table, hidden)
            self._write_soon(self.store)

    async def finish(self) -> None:
        """Return once the last choice is written, after `KEEP_SECONDS` in any case."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=KEEP_SECONDS)

    def _write_soon(self, store: SettingsStore) -> None:
        self._has_unwritten = True
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(store))

    async def _write(self, store: SettingsStore) -> None:
        while self._has_unwritten:
            self._has_unwritten = False
            problem = await run_in_daemon_thread(store.keep)
            if problem:
                _log.warning("%s", problem)
                self._show_problem(problem)
