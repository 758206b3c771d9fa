"""Definitions of the settings: names, defaults, parsers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from scaler_monitor.ui.keyboard.delay import (
    ESCAPE_MILLISECONDS,
    LEAST_ESCAPE_MILLISECONDS,
    MOST_ESCAPE_MILLISECONDS,
)
from scaler_monitor.ui.settings.column_choice import MAX_TABLES, ColumnChoice, read_choice
from scaler_monitor.ui.themes import theme_names

WINDOW_MINUTES = (5, 10, 30)


class BadSetting(ValueError):
    """An invalid value; the message describes the valid ones."""


@dataclass(frozen=True)
class Settings:
    """The present values of all settings."""

    theme: str = ""  # "" selects one by the terminal's colours
    window_minutes: int = 5
    scale: str = "linear"
    time: str = "relative"
    glyphs: str = "auto"  # "auto", "unicode" or "ascii"
    escape_milliseconds: int = ESCAPE_MILLISECONDS
    columns: Mapping[str, ColumnChoice] = field(default_factory=dict)  # by table key


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise BadSetting("one of " + ", ".join(f"{name!r}" for name in allowed if name))
        return str(value)

    return read


def _window(value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or text not in {str(minutes) for minutes in WINDOW_MINUTES}:
        raise BadSetting("one of " + ", ".join(str(minutes) for minutes in WINDOW_MINUTES))
    return int(text)


def _milliseconds(value: Any) -> int:
    least, most = LEAST_ESCAPE_MILLISECONDS, MOST_ESCAPE_MILLISECONDS
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise BadSetting(f"a whole number of milliseconds from {least} to {most}")
    return int(text)


def _columns(value: Any) -> dict[str, ColumnChoice]:
    if not isinstance(value, dict) or len(value) > MAX_TABLES:
        raise BadSetting("tables of columns")
    choices = {}
    for table, written in value.items():
        choice = read_choice(table, written)
        if choice is None:
            raise BadSetting(f"lists of column names, shown and hidden, for {table!r}")
        choices[str(table)] = choice
    return choices


READERS: dict[str, Callable[[Any], Any]] = {
    "theme": _one_of("", *theme_names()),
    "window_minutes": _window,
    "scale": _one_of("linear", "log"),
    "time": _one_of("relative", "absolute"),
    "glyphs": _one_of("auto", "unicode", "ascii"),
    "escape_milliseconds": _milliseconds,
    "columns": _columns,
}
"""Parser of each setting, for values from file, environment or command line; raises BadSetting."""

ENVIRONMENT = {
    name: f"SCALER_MONITOR_{name.upper()}"
    for name in (item.name for item in fields(Settings))
    if name != "columns"
}
"""The environment variable of each setting; it overrides the file."""
ESCDELAY = "ESCDELAY"
"""The variable of ncurses programs for `escape_milliseconds`; the own variable overrides it."""


def settings_from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values in environment variables, by setting."""
    found = {name: environment[key] for name, key in ENVIRONMENT.items() if environment.get(key)}
    escape_delay = environment.get(ESCDELAY, "")
    if escape_delay.isascii() and escape_delay.isdigit():
        number = min(max(int(escape_delay[:9]), LEAST_ESCAPE_MILLISECONDS), MOST_ESCAPE_MILLISECONDS)
        found.setdefault("escape_milliseconds", str(number))
    return found


def read_settings(values: Mapping[str, Any], source: str) -> tuple[dict[str, Any], list[str]]:
    """Return (valid settings, one line per invalid value); `source` names the origin in these lines."""
    good: dict[str, Any] = {}
    problems: list[str] = []
    for name, reader in READERS.items():
        if name not in values:
            continue
        try:
            good[name] = reader(values[name])
        except BadSetting as problem:
            problems.append(f"{source}: {name} must be {problem}, not {str(values[name])[:40]!r}; ignored")
    return good, problems
