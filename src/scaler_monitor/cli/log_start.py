"""Starts the viewer's log and writes its first lines."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from scaler_monitor import __version__
from scaler_monitor.system.interpreter import current_folder
from scaler_monitor.system.logs import ENVIRONMENT, logger, open_log

COLLECTOR_SUFFIX = ".collector"

_log = logger(__name__)


def log_path(given: str | None) -> Path | None:
    """Return the path of the log from the option or else from the environment; None for no log."""
    named = given or os.environ.get(ENVIRONMENT, "")
    return Path(named) if named else None


def start_log(name: str, options: argparse.Namespace) -> list[str]:
    """Start the log if one is requested; return the collector's options for its own log.

    Raises OSError if one of the two logs cannot be written.
    """
    path = log_path(options.log_file)
    if path is None:
        return []
    import platform

    from scaler_monitor.system.log_file import ensure_log_file

    path = open_log(path, "viewer")
    ensure_log_file(collector_log_path(path))
    _log.info("%s of scaler-monitor %s begins", name, __version__)
    _log.info("Python %s at %s, on %s", platform.python_version(), sys.executable, platform.platform())
    _log.info("options: %s", {key: value for key, value in vars(options).items() if value})
    _log.info("in the folder %s, with TERM=%s", current_folder() or "(gone)", os.environ.get("TERM", ""))
    return ["--log-file", str(collector_log_path(path))]


def collector_log_path(path: Path) -> Path:
    """Return the path of the collector's log for a viewer that logs to `path`."""
    return path.with_name(path.name + COLLECTOR_SUFFIX)
