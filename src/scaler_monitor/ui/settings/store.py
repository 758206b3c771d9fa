"""The settings: from the file under XDG, the environment and the command line, the last one first.

The file belongs to the user: only values that were chosen in the program are written, and everything else in
it is kept. A value from the command line or the environment is used but never written. If the file cannot be
written, the user is told once, and the program goes on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.system.user_folders import config_folder
from scaler_monitor.ui.settings.columns import ColumnChoice
from scaler_monitor.ui.settings.values import READERS, Settings, read_settings, variables_of
from scaler_monitor.ui.shown_path import shown_path


def settings_path() -> Path:
    """The path of this user's settings file."""
    return config_folder() / "settings.toml"


class SettingsStore:
    """Reads the settings once, has those in force, and writes new ones to the file.

    `problems` has one-line sentences for the user about what could not be read.
    """

    def __init__(
        self,
        path: Path | None = None,
        environment: Mapping[str, str] | None = None,
        flags: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = settings_path() if path is None else path
        self.problems: list[str] = []
        self._lock = Lock()
        self._unwritten: dict[tuple[str, ...], Any] = {}
        stored, problems = read_settings(self._read_document(), shown_path(self.path))
        self.problems += problems
        surroundings = os.environ if environment is None else environment
        variables = variables_of(surroundings)
        above, problems = read_settings(variables, "environment")
        self.problems += problems
        given, problems = read_settings(
            {name: value for name, value in (flags or {}).items() if value is not None}, "option"
        )
        self.problems += problems
        self.settings = replace(Settings(), **{**stored, **above, **given})
        self._reported: set[str] = set()

    def remember(self, **choices: Any) -> None:
        """Put choices in force; `keep` will write them. Raises BadSetting."""
        taken = {name: READERS[name](value) for name, value in choices.items()}
        self.settings = replace(self.settings, **taken)
        with self._lock:
            self._unwritten.update({(name,): value for name, value in taken.items()})

    def remember_columns(self, table: TableSpec, hidden: frozenset[str]) -> None:
        """Put in force which columns of one table are hidden; `keep` will write it."""
        choice = self.settings.columns.get(table.key, ColumnChoice()).changed(table, hidden)
        self.settings = replace(self.settings, columns={**self.settings.columns, table.key: choice})
        with self._lock:
            self._unwritten["columns", table.key] = {"shown": None, "hidden": None, **choice.written()}

    def keep(self) -> str:
        """Write new choices to the file; returns "" or an error message, each reason once.

        Only choices since the last call are written, into the file as it is now. A file that cannot be read
        is not changed. A choice that cannot be written does not stop the others, and is tried again next
        time. It may take long, and may run in a thread, one call at a time, while new choices are put in
        force.
        """
        with self._lock:
            changes = dict(self._unwritten)
        try:
            refused = self._write(changes)
        except (OSError, ValueError, RecursionError) as problem:
            return self._first_unreported([_reason(problem)])
        with self._lock:
            for keys, value in changes.items():
                if keys not in refused and self._unwritten[keys] is value:
                    del self._unwritten[keys]
        return self._first_unreported([f"{'.'.join(keys)}: {reason}" for keys, reason in refused.items()])

    def _first_unreported(self, reasons: list[str]) -> str:
        """The message about the first reason that was not there the last time; "" without one."""
        new = [reason for reason in reasons if reason not in self._reported]
        self._reported = set(reasons)
        return f"settings are not kept: {new[0]} ({shown_path(self.path)})" if new else ""

    def _write(self, changes: dict[tuple[str, ...], Any]) -> dict[tuple[str, ...], str]:
        """Write changes; returns those that cannot be written, and why."""
        if not changes:
            return {}
        from scaler_monitor.ui.settings.file import change_file

        return change_file(self.path, changes)

    def _read_document(self) -> dict[str, Any]:
        try:
            self.path.stat()  # without a file the TOML reader is not imported
            from scaler_monitor.ui.settings.file import read_file

            return read_file(self.path)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as problem:
            place = shown_path(self.path)
            self.problems.append(
                f"the settings file is not read, defaults are used: {_reason(problem)} ({place})"
            )
            return {}


def _reason(problem: Exception) -> str:
    """What went wrong, in one line."""
    reason = str(getattr(problem, "strerror", None) or problem) or type(problem).__name__
    return reason.splitlines()[0]
