"""A home folder that hangs, for example on a dead file server, blocks neither screen nor exit."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.ui.still_link import StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.system.partial_files import create_partial_file
from scaler_monitor.system.user_file import open_own_file
from scaler_monitor.ui.copying import clipboard, table_file
from scaler_monitor.ui.footer import KeyLine
from scaler_monitor.ui.settings.store import SettingsStore

LOCK_TIMEOUT_SECONDS = 60.0


class Hanging:
    """Calls the original function when the test allows it."""

    def __init__(self, work: Callable[..., object]) -> None:
        self._work = work
        self.is_under_way = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, *args: object, **options: object) -> object:
        """Hang, then do it."""
        self.is_under_way.set()
        assert self.may_end.wait(LOCK_TIMEOUT_SECONDS)
        return self._work(*args, **options)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "scaler-monitor"


@pytest.fixture
def hanging_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    """Files open when the test allows it."""
    hanging = Hanging(lambda work, *args, **options: work(*args, **options))
    monkeypatch.setattr(table_file, "create_partial_file", lambda path: hanging(create_partial_file, path))
    monkeypatch.setattr(clipboard, "open_own_file", lambda path: hanging(open_own_file, path))
    yield hanging
    hanging.may_end.set()


@pytest.mark.parametrize(("command", "written"), [("copy", "copied.txt"), ("copy-file", "workers-*.tsv")])
async def test_keys_act_while_a_copy_waits_for_its_file(
    home: Path, hanging_open: Hanging, command: str, written: str
) -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        await pilot.press("down")
        await app.action_command(command)
        await until(pilot, hanging_open.is_under_way.is_set)
        await pilot.press("n")
        await until(pilot, lambda: "worker▼" in screen_text(app))
        assert table.view.sort == "worker"
        assert not list(home.glob(written))
        hanging_open.may_end.set()
        await until(pilot, lambda: list(home.glob(written)) and str(home) in app.query_one(KeyLine).notice)


async def test_keys_act_while_settings_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = Hanging(os.fsync)
    monkeypatch.setattr("scaler_monitor.system.user_file.os.fsync", hanging)
    app, path = app_on(StillLink(5)), tmp_path / "settings.toml"
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.apply_settings(SettingsStore(path, environment={}))
        app.settings.save(scale="log")
        await until(pilot, hanging.is_under_way.is_set)
        app.settings.save(time="absolute")
        await pilot.press("n")
        await until(pilot, lambda: "worker▼" in screen_text(app))
        assert not path.exists()
        hanging.may_end.set()
        await until(pilot, path.exists)
    again = SettingsStore(path, environment={}).settings
    assert (again.scale, again.time) == ("log", "absolute")


async def test_the_program_ends_while_settings_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = Hanging(os.fsync)
    monkeypatch.setattr("scaler_monitor.system.user_file.os.fsync", hanging)
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.apply_settings(SettingsStore(tmp_path / "settings.toml", environment={}))
        app.settings.save(scale="log")
        await until(pilot, hanging.is_under_way.is_set)
        await pilot.press("q")
    assert not app.is_running
    assert not hanging.may_end.is_set()
    hanging.may_end.set()


async def test_the_last_copy_is_written_at_the_end_of_the_program(
    home: Path, hanging_open: Hanging, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scaler_monitor.ui.copying.row_copier.KEEP_SECONDS", LOCK_TIMEOUT_SECONDS)
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("down")
        await app.action_command("copy")
        await until(pilot, hanging_open.is_under_way.is_set)
        threading.Timer(1.0, hanging_open.may_end.set).start()
        await pilot.press("q")
    assert (home / "copied.txt").read_text().startswith("Worker|")
    assert not caplog.records


async def test_the_program_ends_while_a_copy_hangs(
    hanging_open: Hanging, caplog: pytest.LogCaptureFixture
) -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("down")
        await app.action_command("copy")
        await until(pilot, hanging_open.is_under_way.is_set)
        await pilot.press("q")
    assert not app.is_running
    hanging_open.may_end.set()
    gc.collect()
    assert not caplog.records
