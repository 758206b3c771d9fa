"""Where this user's settings, state and cache lie on this system: under XDG's variables where they are set.

A relative path in one of them is ignored, as the XDG specification has it: it would be another folder
wherever a process stands.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_NAME = "scaler-monitor"


def config_folder() -> Path:
    """Return the folder of the settings, made or not."""
    _ignore_relative("XDG_CONFIG_HOME")
    return platformdirs.user_config_path(_NAME)


def state_folder() -> Path:
    """Return the folder of what was copied and written, made or not."""
    _ignore_relative("XDG_STATE_HOME")
    return platformdirs.user_state_path(_NAME)


def cache_folder() -> Path:
    """Return the folder of what can be made again, made or not."""
    _ignore_relative("XDG_CACHE_HOME")
    return platformdirs.user_cache_path(_NAME).absolute()


def _ignore_relative(variable: str) -> None:
    """Drop a relative path from the environment, which older releases of platformdirs would take."""
    if not Path(os.environ.get(variable, "/")).is_absolute():
        os.environ.pop(variable, None)
