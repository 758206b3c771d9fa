"""The settings from the command line, the environment and the file, in this order of precedence.

The file belongs to the user: only values that were chosen in the program are written, and everything else is
preserved. Values from the command line or the environment are used but never written. If the file cannot be
written, the user gets one message, and the program continues.
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
from scaler_monitor.ui.settings.column_choice import ColumnChoice
from scaler_monitor.ui.settings.definitions import READERS, Settings, read_settings, settings_from_environment
from scaler_monitor.ui.shown_path import shown_path


def settings_path() -> Path:
    """Return the path of the user's settings file."""
    return config_folder() / "settings.toml"


class SettingsStore:
    """Reads the settings once, has the present values in `settings`, and writes new values to the file.

    `problems` has one-line messages for the user about values that could not be read.
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
        environ = os.environ if environment is None else environment
        variables = settings_from_environment(environ)
        from_environment, problems = read_settings(variables, "environment")
        self.problems += problems
        from_flags, problems = read_settings(
            {name: value for name, value in (flags or {}).items() if value is not None}, "option"
        )
        self.problems += problems
        self.settings = replace(Settings(), **{**stored, **from_environment, **from_flags})
        self._reported: set[str] = set()

    def set(self, **choices: Any) -> None:
        """Set values by name; `write` saves them. Raises BadSetting."""
        taken = {name: READERS[name](value) for name, value in choices.items()}
        self.settings = replace(self.settings, **taken)
        with self._lock:
            self._unwritten.update({(name,): value for name, value in taken.items()})

    def set_columns(self, table: TableSpec, hidden: frozenset[str]) -> None:
        """Set the hidden columns of one table; `write` saves them."""
        choice = self.settings.columns.get(table.key, ColumnChoice()).with_hidden(table, hidden)
        self.settings = replace(self.settings, columns={**self.settings.columns, table.key: choice})
        with self._lock:
            self._unwritten["columns", table.key] = {"shown": None, "hidden": None, **choice.to_toml()}

    def write(self) -> str:
        """Write new values to the file; return an error message, or "" if there is no new one.

        Only values set since the last call are written, into the present content of the file. A file that
        cannot be read is not changed. A value that cannot be written does not affect the others; the next
        call tries it again. The call may block. It may run in a thread, one call at a time.
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
        """Return a message about the first reason that the last call did not have; "" if there is none."""
        new = [reason for reason in reasons if reason not in self._reported]
        self._reported = set(reasons)
        return f"settings are not kept: {new[0]} ({shown_path(self.path)})" if new else ""

    def _write(self, changes: dict[tuple[str, ...], Any]) -> dict[tuple[str, ...], str]:
        """Write changes; returns the reasons of those that cannot be written, by path of keys."""
        if not changes:
            return {}
        from scaler_monitor.ui.settings.toml_file import change_file

        return change_file(self.path, changes)

    def _read_document(self) -> dict[str, Any]:
        try:
            self.path.stat()  # if there is no file, the TOML library is not imported
            from scaler_monitor.ui.settings.toml_file import read_file

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
    """Return the error message in one line."""
    reason = str(getattr(problem, "strerror", None) or problem) or type(problem).__name__
    return reason.splitlines()[0]
