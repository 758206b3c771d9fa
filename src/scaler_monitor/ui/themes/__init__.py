"""Textual themes, and palettes for colours with a meaning."""

from scaler_monitor.ui.themes.catalogue import (
    DEFAULT_THEME,
    THEMES,
    palette_of,
    register_themes,
    theme_for_terminal,
    theme_names,
)
from scaler_monitor.ui.themes.palette import CAPABILITY_COLOURS, Palette

__all__ = [
    "CAPABILITY_COLOURS",
    "DEFAULT_THEME",
    "THEMES",
    "Palette",
    "palette_of",
    "register_themes",
    "theme_for_terminal",
    "theme_names",
]
