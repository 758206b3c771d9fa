"""Environment variables that the screen's libraries would take over, and what becomes of them."""

from __future__ import annotations

from collections.abc import MutableMapping

COLOR_ENVIRONMENT = {
    "truecolor": {"TEXTUAL_COLOR_SYSTEM": "truecolor"},
    "256": {"TEXTUAL_COLOR_SYSTEM": "256"},
    "16": {"TEXTUAL_COLOR_SYSTEM": "standard"},
    "none": {"NO_COLOR": "1"},
}
"""What Textual reads when it is imported, by `--color`."""

COLOR_SYSTEMS = ("auto", "standard", "256", "truecolor")

ABOUT_TERMINALS = ("TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS", "TEXTUAL_DISABLE_KITTY_KEY")
"""Textual's variables that tell how to treat a terminal. The others are for who writes programs with it: they
press keys, write logs and screenshots, connect to a console, or take another theme or driver."""

CANNOT_DRAW = ("", "dumb", "unknown")
"""Values of TERM with which no screen can be drawn."""

SIZES = ("COLUMNS", "LINES")
"""A shell may export them, and never renews them: the terminal itself knows."""


def leave_to_libraries(environment: MutableMapping[str, str], color: str) -> None:
    """Drop from `environment` what a screen must not be drawn by, and add what `--color` says."""
    for name in list(environment):
        if name in SIZES or (name.startswith("TEXTUAL") and name not in ABOUT_TERMINALS):
            del environment[name]
    if environment.get("TEXTUAL_COLOR_SYSTEM", "auto") not in COLOR_SYSTEMS:
        del environment["TEXTUAL_COLOR_SYSTEM"]
    environment.update(COLOR_ENVIRONMENT.get(color, {}))
