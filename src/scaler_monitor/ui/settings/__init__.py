"""The user's settings, in a TOML file."""

from scaler_monitor.ui.settings.store import SettingsStore, settings_path
from scaler_monitor.ui.settings.values import ENVIRONMENT, WINDOW_MINUTES, BadSetting, Settings

__all__ = ["ENVIRONMENT", "WINDOW_MINUTES", "BadSetting", "Settings", "SettingsStore", "settings_path"]
