"""The settings file under XDG, with flags and environment above it.

What comes from a flag or the environment is in force but never written. Keys that this version does not
know are kept. A home that cannot be written, or a full disk, is said once and otherwise survived.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs
import tomli_w

from scaler_monitor.ui.places import written
from scaler_monitor.ui.settings.columns import ColumnChoice
from scaler_monitor.ui.settings.values import READERS, Settings, read_settings, variables_of
from scaler_monitor.views.column import Table

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

MAX_FILE_BYTES = 1024 * 1024


def settings_path() -> Path:
    """Where the settings of this user lie."""
    return platformdirs.user_config_path("scaler-monitor") / "settings.toml"


class SettingsStore:
    """Reads the choices once, holds those in force, and keeps new ones in the file.

    `problems` are one-line sentences for the user about what could not be read.
    """

    def __init__(
        self,
        path: Path | None = None,
        environment: Mapping[str, str] | None = None,
        flags: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = settings_path() if path is None else path
        self.problems: list[str] = []
        self._document = self._read_document()
        stored, problems = read_settings(self._document, str(self.path))
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
        self._write_failed = False

    def remember(self, **choices: Any) -> None:
        """Put choices in force, for `keep` to write; raises BadSetting."""
        taken = {name: READERS[name](value) for name, value in choices.items()}
        self.settings = replace(self.settings, **taken)
        self._document = {**self._document, **taken}

    def remember_columns(self, table: Table, hidden: frozenset[str]) -> None:
        """Put in force which columns of one table are off, and of no other, for `keep` to write."""
        choice = self.settings.columns.get(table.key, ColumnChoice()).changed(table, hidden)
        self.settings = replace(self.settings, columns={**self.settings.columns, table.key: choice})
        held = self._document.get("columns")
        columns = {**(held if isinstance(held, dict) else {}), table.key: choice.written()}
        columns = {key: written for key, written in columns.items() if written}
        self._document = {**self._document, "columns": columns}

    def keep(self) -> str:
        """Write what is to be remembered; returns "" or, the first time only, why it cannot.

        It may take long and may run in a thread, one at a time, while other choices are put in force.
        """
        try:
            self._write()
        except (OSError, TypeError, ValueError, RecursionError) as problem:
            if self._write_failed:
                return ""
            self._write_failed = True
            reason = getattr(problem, "strerror", None) or problem
            return f"settings are not kept: {reason} ({written(self.path)})"
        self._write_failed = False
        return ""

    def _read_document(self) -> dict[str, Any]:
        try:
            if self.path.stat().st_size > MAX_FILE_BYTES:
                raise ValueError("too big for a settings file")
            document: dict[str, Any] = tomllib.loads(self.path.read_bytes().decode())
            return document
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
            place = written(self.path)
            self.problems.append(
                f"the settings file is not read, defaults are used: {reason.splitlines()[0]} ({place})"
            )
            return {}

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".settings-", suffix=".toml")
        try:
            with os.fdopen(handle, "wb") as file:
                tomli_w.dump(self._document, file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
