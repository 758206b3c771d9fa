"""Environment variables that influence the screen's libraries, and which of them are removed."""

from __future__ import annotations

from collections.abc import MutableMapping

COLOR_ENVIRONMENT = {
    "truecolor": {"TEXTUAL_COLOR_SYSTEM": "truecolor"},
    "256": {"TEXTUAL_COLOR_SYSTEM": "256"},
    "16": {"TEXTUAL_COLOR_SYSTEM": "standard"},
    "none": {"NO_COLOR": "1"},
}
"""Variables for Textual by value of `--color`; it reads them when it is imported."""

COLOR_SYSTEMS = ("auto", "standard", "256", "truecolor")

ALLOWED_TEXTUAL_VARIABLES = ("TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS", "TEXTUAL_DISABLE_KITTY_KEY")
"""Textual's variables about the terminal. Its other variables are for developers: they press keys, write
logs and screenshots, connect to a console, or choose another theme or driver."""

CANNOT_DRAW = ("", "dumb", "unknown")
"""Values of TERM with which no screen can be drawn."""

SIZES = ("COLUMNS", "LINES")
"""A shell may export them without updating them; the size is read from the terminal instead."""


def prepare_environment(environment: MutableMapping[str, str], color: str) -> None:
    """Remove variables from `environment` that must not influence the screen, and add those for `--color`."""
    for name in list(environment):
        if name in SIZES or (name.startswith("TEXTUAL") and name not in ALLOWED_TEXTUAL_VARIABLES):
            del environment[name]
    if environment.get("TEXTUAL_COLOR_SYSTEM", "auto") not in COLOR_SYSTEMS:
        del environment["TEXTUAL_COLOR_SYSTEM"]
    environment.update(COLOR_ENVIRONMENT.get(color, {}))
