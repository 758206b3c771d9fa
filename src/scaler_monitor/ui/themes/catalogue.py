"""The themes of scaler-monitor: each is a Textual theme and the palette that goes with it.

Capability colours are taken from Paul Tol's colour-blind safe schemes: the light scheme, made to lie under
dark text, on dark screens; the muted scheme, made to lie on white, on light ones.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from textual.app import App
from textual.theme import Theme

from scaler_monitor.ui.themes.palette import Palette

DEFAULT_THEME = "scaler-dark"

PALETTES: dict[str, Palette] = {
    "scaler-dark": Palette(
        text="#d6dbe1",
        dim="#8b949e",
        good="#7ecb86",
        warn="#e8b754",
        bad="#ff7a6b",
        accent="#6cb6ff",
        gap="#57606a",
        capabilities=(
            "#77aadd",
            "#eedd88",
            "#44bb99",
            "#ffaabb",
            "#ee8866",
            "#99ddff",
            "#bbcc33",
            "#c4c9cf",
        ),
        area="#33587f",
        on_bar="#0b0e12",
    ),
    "scaler-light": Palette(
        text="#1c2128",
        dim="#5b6470",
        good="#1a7f37",
        warn="#8a5a00",
        bad="#c2200f",
        accent="#0550ae",
        gap="#aab2bb",
        capabilities=(
            "#33629e",
            "#7a6a00",
            "#117733",
            "#882255",
            "#a34a1c",
            "#332288",
            "#2a7f86",
            "#5b6470",
        ),
        area="#b7cbe6",
        on_bar="#ffffff",
    ),
    "scaler-contrast": Palette(
        text="#ffffff",
        dim="#d0d0d0",
        good="#5dff6b",
        warn="#ffd500",
        bad="#ff8080",
        accent="#66e0ff",
        gap="#a0a0a0",
        capabilities=(
            "#7fc4ff",
            "#fff07a",
            "#4ce0b3",
            "#ffb3c9",
            "#ffa366",
            "#b7f0ff",
            "#d4f03c",
            "#ffffff",
        ),
        area="#1f5c94",
        on_bar="#000000",
        strong=True,
    ),
    "scaler-ansi": Palette(
        text="",
        dim="bright_black",
        good="green",
        warn="yellow",
        bad="red",
        accent="cyan",
        gap="bright_black",
        capabilities=(
            "cyan",
            "yellow",
            "green",
            "magenta",
            "blue",
            "bright_cyan",
            "bright_yellow",
            "bright_black",
        ),
        area="blue",
        on_bar="black",
    ),
}
"""Palettes by the name of their theme."""

THEMES: tuple[Theme, ...] = (
    Theme(
        name="scaler-dark",
        primary="#6cb6ff",
        secondary="#3d6fa5",
        accent="#6cb6ff",
        warning="#e8b754",
        error="#ff7a6b",
        success="#7ecb86",
        foreground="#d6dbe1",
        background="#0e1116",
        surface="#12161c",
        panel="#1d232b",
        dark=True,
        variables={
            "footer-key-foreground": "#6cb6ff",
            "block-cursor-background": "#2b5a8a",
            "block-cursor-foreground": "#ffffff",
        },
    ),
    Theme(
        name="scaler-light",
        primary="#0550ae",
        secondary="#4a78b0",
        accent="#0550ae",
        warning="#8a5a00",
        error="#c2200f",
        success="#1a7f37",
        foreground="#1c2128",
        background="#fbfcfd",
        surface="#f4f6f8",
        panel="#e4e8ed",
        dark=False,
        variables={
            "footer-key-foreground": "#0550ae",
            "block-cursor-background": "#0550ae",
            "block-cursor-foreground": "#ffffff",
        },
    ),
    Theme(
        name="scaler-contrast",
        primary="#66e0ff",
        secondary="#ffffff",
        accent="#66e0ff",
        warning="#ffd500",
        error="#ff8080",
        success="#5dff6b",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#262626",
        dark=True,
        text_alpha=1.0,
        variables={
            "footer-key-foreground": "#ffd500",
            "block-cursor-background": "#ffffff",
            "block-cursor-foreground": "#000000",
            "block-cursor-text-style": "bold",
            "text-muted": "auto 85%",
            "text-disabled": "auto 70%",
        },
    ),
    Theme(
        name="scaler-ansi",
        ansi=True,
        primary="ansi_cyan",
        secondary="ansi_blue",
        accent="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        variables={
            "ansi-background": "ansi_black",
            "ansi-foreground": "ansi_white",
            "border-blurred": "ansi_bright_black",
            "block-cursor-foreground": "ansi_black",
            "block-cursor-background": "ansi_cyan",
            "input-cursor-background": "ansi_white",
            "input-cursor-foreground": "ansi_black",
            "input-cursor-text-style": "none",
            "input-selection-background": "ansi_cyan",
            "input-selection-foreground": "ansi_black",
            "screen-selection-background": "ansi_cyan",
            "screen-selection-foreground": "ansi_black",
            "footer-key-foreground": "ansi_cyan",
        },
    ),
)
"""All themes, in the order in which they are offered."""


def theme_names() -> list[str]:
    """Names that a setting, a flag or `App.theme` may hold."""
    return [theme.name for theme in THEMES]


def register_themes(app: App[None]) -> None:
    """Make every theme known to `app`, so that `app.theme` may name it."""
    for theme in THEMES:
        app.register_theme(theme)


@lru_cache(32)
def palette_of(theme: str, no_color: bool = False) -> Palette:
    """The palette of a theme by its name; a theme that is not ours gets the ANSI one."""
    palette = PALETTES.get(theme, PALETTES["scaler-ansi"])
    return replace(palette, plain=True) if no_color else palette


def theme_for_terminal(color_system: str | None, no_color: bool = False) -> str:
    """The theme for a terminal by rich's name of its colours.

    Where there are 16 colours or none, the ANSI one: its ground and its text are the terminal's own.
    """
    few = no_color or color_system in (None, "standard", "windows")
    return "scaler-ansi" if few else DEFAULT_THEME
