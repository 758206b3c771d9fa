"""Checks of versions: of this program, Python, the system, and the dependencies."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
import re
import sys
import time
from collections.abc import Iterator

from scaler_monitor import __version__
from scaler_monitor.cli.doctor.fact_report import Fact
from scaler_monitor.system.error_output import describe_exception

PROJECT = "scaler-monitor"

PARTS = {"screens load": "scaler_monitor.ui.app", "collector loads": "scaler_monitor.collector.watch"}
"""Modules that must be importable: the app, and the collector."""


def own_version() -> Iterator[Fact]:
    """Yield the versions of this program, Python and the system, and Python's environment variables."""
    yield Fact(PROJECT, __version__)
    yield Fact(
        "python", f"{platform.python_version()} ({platform.python_implementation()}), {sys.executable}"
    )
    yield Fact("system", platform.platform())
    for name in sorted(os.environ):
        if name.startswith("PYTHON"):
            yield Fact("variable", f"{name}={os.environ[name]}")


def dependencies() -> Iterator[Fact]:
    """Yield the version of each dependency."""
    required = importlib.metadata.requires(PROJECT) or []
    for name, is_extra in {_name(line): "extra ==" in line for line in required}.items():
        try:
            yield Fact(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:  # noqa: PERF203 - a handful
            yield Fact(name, "not installed" + (", an extra" if is_extra else ""), wrong=not is_extra)


def loaded_parts() -> Iterator[Fact]:
    """Yield whether app and collector can be imported, and how long that takes."""
    for name, module in PARTS.items():
        started = time.monotonic()
        try:
            importlib.import_module(module)
        except Exception as error:
            yield Fact(name, f"no: {describe_exception(error)}", wrong=True)
        else:
            yield Fact(name, f"yes, in {time.monotonic() - started:.2f} s")


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return found[0] if found else requirement
