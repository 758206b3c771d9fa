"""How a file's place is written on the screen."""

from __future__ import annotations

from pathlib import Path


def written(path: Path) -> str:
    """The path, from `~` where it lies in the user's home."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):  # elsewhere, or no home
        return str(path)
