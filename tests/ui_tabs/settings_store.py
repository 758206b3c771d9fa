"""A settings store for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scaler_monitor.ui.settings import SettingsStore


def store(path: Path, **more: Any) -> SettingsStore:
    """Return the settings in `path`, without environment variables."""
    return SettingsStore(path, **{"environment": {}, **more})
