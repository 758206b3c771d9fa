"""For all tests: real schedulers as fixtures, and nothing of the person's own surroundings."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.peers", "tests.pictures", "tests.quiescence", "tests.second_run"]

DRAWING = (
    "NO_COLOR",
    "COLORTERM",
    "FORCE_COLOR",
    "TEXTUAL_THEME",
    "TEXTUAL_ANIMATIONS",
    "TEXTUAL_COLOR_SYSTEM",
)
for name in list(os.environ):
    if name in DRAWING or name.startswith("SCALER_MONITOR_"):
        del os.environ[name]

# The programs under test would be compiled anew at each start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes is the machine's affair.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Hundreds of apps are made in one process; a quarter of its time would go by in looking through them.
gc.set_threshold(100_000, 50, 50)

# A background job or `nohup` hands on ignored signals, and the programs under test would respect them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


LONG_ROOMS = (
    "faults",
    "transport",
    "program",
    "demo",
    "cli",
    "upstream",
    "simulate",
    "wire",
    "ui_tabs",
    "ui",
)
"""Rooms whose tests wait for real processes and for screens: they come first, quick ones fill the gaps."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that no process is left alone with one at the end."""
    place = {room: number for number, room in enumerate(LONG_ROOMS)}
    items.sort(key=lambda item: place.get(item.path.parent.name, len(place)))


@pytest.fixture(autouse=True)
def _settings_of_nobody(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a settings folder of its own; the cache, with the schedulers' environments, is shared."""
    folder: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)  # tests look for what is left in their own TMPDIR
    for size in ("COLUMNS", "LINES"):  # a snapshot leaves its own there
        monkeypatch.delenv(size, raising=False)
