"""How the path of a file is shown on the screen."""

from __future__ import annotations

from pathlib import Path

from scaler_monitor.system.printable import printable


def shown_path(path: Path) -> str:
    """The path, starting with `~` if it is in the user's home; control characters are escaped."""
    try:
        place = f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):  # elsewhere, or no home
        place = str(path)
    return printable(place)
