"""The user's settings: definitions, storage in a TOML file, dialogs."""

from scaler_monitor.ui.settings.definitions import ENVIRONMENT, WINDOW_MINUTES, BadSetting, Settings
from scaler_monitor.ui.settings.store import SettingsStore, settings_path

__all__ = ["ENVIRONMENT", "WINDOW_MINUTES", "BadSetting", "Settings", "SettingsStore", "settings_path"]
