"""The beginning of the viewer's log: where it goes, and what is said first."""

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
    """Where to log, as an option or else the environment says; None for nowhere."""
    named = given or os.environ.get(ENVIRONMENT, "")
    return Path(named) if named else None


def begin_log(name: str, options: argparse.Namespace) -> list[str]:
    """Begin the log that is wanted, if one is; returns what its collector is told to log to.

    Raises OSError where one of the two could not be written.
    """
    path = log_path(options.log_file)
    if path is None:
        return []
    import platform

    from scaler_monitor.system.log_file import ensure_log_file

    path = open_log(path, "viewer")
    ensure_log_file(beside(path))
    _log.info("%s of scaler-monitor %s begins", name, __version__)
    _log.info("Python %s at %s, on %s", platform.python_version(), sys.executable, platform.platform())
    _log.info("options: %s", {key: value for key, value in vars(options).items() if value})
    _log.info("in the folder %s, with TERM=%s", current_folder() or "(gone)", os.environ.get("TERM", ""))
    return ["--log-file", str(beside(path))]


def beside(path: Path) -> Path:
    """Where the collector of a viewer logs that logs to `path`."""
    return path.with_name(path.name + COLLECTOR_SUFFIX)
