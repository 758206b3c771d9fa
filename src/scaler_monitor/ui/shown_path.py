"""How a file's place is written on the screen."""

from __future__ import annotations

from pathlib import Path

from scaler_monitor.system.printable import printable


def shown_path(path: Path) -> str:
    """The path, from `~` where it lies in the user's home, in characters that a terminal can be sent."""
    try:
        place = f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):  # elsewhere, or no home
        place = str(path)
    return printable(place)
