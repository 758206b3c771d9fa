"""An unusable home folder or a full disk: the program runs, and reports the problem once."""

import errno
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.watched import Watch

from scaler_monitor.ui.settings.store import SettingsStore


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with simulator(20, 1, 20) as stream:
        yield stream.address


def test_a_home_that_is_not_a_folder(address: str, watch: Watch) -> None:
    nowhere = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), "/dev/null/nowhere")
    terminal = watch("scaler_top", address, env=nowhere).terminal
    terminal.wait_for("is not read, defaults are used")
    terminal.wait_for("LIVE", "Worker|")
    terminal.wait_gone("is not read")
    terminal.send("q")
    assert terminal.wait_exit() == 0


def test_settings_that_are_a_pipe_block_nothing(address: str, watch: Watch, tmp_path: Path) -> None:
    folder = tmp_path / "scaler-monitor"
    folder.mkdir()
    os.mkfifo(folder / "settings.toml")
    terminal = watch("scaler_top", address, env={"XDG_CONFIG_HOME": str(tmp_path)}).terminal
    terminal.wait_for("is not read, defaults are used: it is not a regular file")
    terminal.wait_for("LIVE", "Worker|")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert (folder / "settings.toml").is_fifo()


def test_folders_whose_names_are_not_utf8(address: str, watch: Watch, tmp_path: Path) -> None:
    odd = os.fsdecode(b"odd\xff")
    (tmp_path / odd / "scaler-monitor").mkdir(parents=True)
    (tmp_path / odd / "scaler-monitor" / "settings.toml").write_text("theme = ")
    env = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "TMPDIR"), str(tmp_path / odd))
    terminal = watch("scaler_top", address, env=env, columns=220).terminal
    terminal.wait_for("is not read, defaults are used")
    terminal.wait_for("LIVE", "Worker|")
    terminal.wait_gone("is not read")
    terminal.send("\x1b[By")
    terminal.wait_for("clipboard (OSC 52)", "odd")
    terminal.send("q")
    assert terminal.wait_exit() == 0


OWN_DISK = ("unshare", "--map-root-user", "--mount", "sh", "-c")
"""A shell that may mount what nobody else sees."""


@pytest.fixture
def full_disk(tmp_path: Path) -> tuple[str, Path]:
    """A shell command that mounts a small full disk at a folder, and the folder."""
    script = f"mount -t tmpfs -o size=16k none {tmp_path} && ! head -c 1M /dev/zero 2>&- > {tmp_path}/filler"
    if not shutil.which(OWN_DISK[0]) or subprocess.run([*OWN_DISK, script], check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    return script, tmp_path


def test_a_full_disk_is_reported_and_the_screen_continues(
    address: str, watch: Watch, full_disk: tuple[str, Path]
) -> None:
    script, folder = full_disk
    env = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(folder))
    terminal = watch(*OWN_DISK, f"{script}; exec scaler_top {shlex.quote(address)}", env=env).terminal
    terminal.wait_for("LIVE", "Worker|")
    terminal.send(":a theme\r\x1b[F\r")
    terminal.wait_for("No space left on device")
    terminal.wait_gone("No space left on device")
    terminal.send("\x1b[By")
    terminal.wait_for("No space left on device")
    terminal.send("l")
    terminal.wait_for("LIVE", "lag▼")
    terminal.send("q")
    assert terminal.wait_exit() == 0


def test_a_full_disk_is_reported_once_and_the_setting_applies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = SettingsStore(tmp_path / "settings.toml")

    def full(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("scaler_monitor.system.user_file.tempfile.mkstemp", full)
    store.set(theme="scaler-ansi")
    assert "No space left on device" in store.write()
    store.set(theme="scaler-light")
    assert store.write() == ""
    assert store.settings.theme == "scaler-light"
    monkeypatch.undo()
    store.set(theme="scaler-dark")
    assert store.write() == ""
    assert "scaler-dark" in store.path.read_text()


def test_a_theme_that_does_not_exist_is_wrong_usage(address: str, watch: Watch) -> None:
    terminal = watch("scaler_top", address, "--theme", "plaid").terminal
    assert terminal.wait_exit() == 2
    terminal.wait_for("--theme plaid: one of")
