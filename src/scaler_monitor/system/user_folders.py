"""The folders of this user's settings, state and cache, according to the XDG variables if they are set.

A relative path in such a variable is ignored, as the XDG specification requires.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_NAME = "scaler-monitor"


def config_folder() -> Path:
    """Return the folder of the settings, which may not exist."""
    _ignore_relative("XDG_CONFIG_HOME")
    return platformdirs.user_config_path(_NAME)


def state_folder() -> Path:
    """Return the folder of copies, crash files and other written files, which may not exist."""
    _ignore_relative("XDG_STATE_HOME")
    return platformdirs.user_state_path(_NAME)


def cache_folder() -> Path:
    """Return the folder of files that can be created again, which may not exist."""
    _ignore_relative("XDG_CACHE_HOME")
    return platformdirs.user_cache_path(_NAME).absolute()


def _ignore_relative(variable: str) -> None:
    """Remove a relative path from the environment, because older releases of platformdirs accept it."""
    if not Path(os.environ.get(variable, "/")).is_absolute():
        os.environ.pop(variable, None)
