"""The settings file belongs to the user: only chosen values change, and only if it can be read."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
import tomlkit

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.settings import SettingsStore
from scaler_monitor.ui.shown_path import shown_path

OWN_WORDS = """\
# my colours
theme = "scaler-light"  # for the day

[columns]
# narrow
clients = ["client", "tasks"]

[columns.tasks]
hidden = ["client"]  # long ids

[later]
key = 1
"""


def store(path: Path) -> SettingsStore:
    """Return the settings in `path`, without environment variables."""
    return SettingsStore(path, environment={})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(OWN_WORDS)
    return path


def test_everything_of_the_user_is_preserved(file: Path) -> None:
    held = store(file)
    held.set(theme="scaler-dark", scale="log")
    held.set_columns(TABLES["tasks"], TABLES["tasks"].hidden | {"objects", "client"})
    assert held.write() == ""
    wanted = OWN_WORDS.replace("scaler-light", "scaler-dark").replace(
        "for the day\n", 'for the day\nscale = "log"\n'
    )
    wanted = wanted.replace('["client"]  # long', '["client", "objects"]  # long')
    assert file.read_text() == wanted


def test_edits_by_others_in_the_meantime_are_preserved(file: Path) -> None:
    held = store(file)
    held.set(theme="scaler-dark")
    held.write()
    file.write_text('theme = "scaler-ansi"\nwindow_minutes = 30\n')
    held.set(scale="log")
    assert held.write() == ""
    assert tomlkit.parse(file.read_text()) == {
        "theme": "scaler-ansi",
        "window_minutes": 30,
        "scale": "log",
    }


def test_a_removed_choice_preserves_the_rest_of_its_table(file: Path) -> None:
    file.write_text(
        "[columns.tasks]\nlater = true\nhidden = ['client']\n[columns.clients]\nhidden = ['host']\n"
    )
    held = store(file)
    for table in ("tasks", "clients", "objects"):
        held.set_columns(TABLES[table], TABLES[table].hidden)
    assert held.write() == ""
    assert tomlkit.parse(file.read_text()) == {"columns": {"tasks": {"later": True}, "clients": {}}}


@pytest.mark.parametrize(
    "form",
    [
        "columns = {tasks = {hidden = ['client']}}\nlater = 1\n",
        "[columns.tasks]\nhidden = ['client']\n[later]\na = 1\n[columns.clients]\nhidden = ['host']\n",
        "columns.tasks.hidden = ['client']\nlater = 1\n",
        "columns = 1\nlater = 1\n",
        "later = 1\r\ntheme = 'scaler-light' # day\r\n",
    ],
)
def test_every_form_of_tables_is_preserved(file: Path, form: str) -> None:
    """Otherwise the value is not written, and this is reported."""
    file.write_text(form, newline="")
    before = tomlkit.parse(form).unwrap()
    held = store(file)
    held.set(scale="log")
    held.set_columns(TABLES["workers"], TABLES["workers"].hidden | {"host"})
    said = held.write()
    after = tomlkit.parse(file.read_text()).unwrap()
    assert after.pop("scale") == "log"
    if said:
        assert said.startswith("settings are not kept: columns.workers: ")
        assert after == before
        return
    assert after["columns"].pop("workers") == {"hidden": ["host"]}
    assert after == {"columns": {}, **before}
    assert ("\r\n" in form) == (b"\r\n" in file.read_bytes())


def test_a_syntax_error_is_reported_and_not_overwritten(file: Path) -> None:
    broken = OWN_WORDS.replace('"scaler-light"', '"scaler-light')
    file.write_text(broken)
    held = store(file)
    assert len(held.problems) == 1
    assert "is not read, defaults are used" in held.problems[0]
    held.set(scale="log")
    assert "settings are not kept" in held.write()
    held.set(time="absolute")
    assert held.write() == ""
    assert file.read_text() == broken
    assert (held.settings.scale, held.settings.time) == ("log", "absolute")
    file.write_text(OWN_WORDS)  # the user has mended it
    held.set(window_minutes=30)
    assert held.write() == ""
    again = store(file).settings
    assert (again.theme, again.scale, again.time, again.window_minutes) == (
        *("scaler-light", "log", "absolute"),
        30,
    )


@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "endless", "too big", "no text"])
def test_a_file_that_is_no_settings_file_is_reported_and_not_changed(file: Path, kind: str) -> None:
    """Without waiting for a writer, and without reading endlessly."""
    file.unlink()
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    elif kind in ("device", "endless"):
        file.symlink_to("/dev/null" if kind == "device" else "/dev/zero")
    else:
        file.write_bytes(b"#" * ((1 << 20) + 1) if kind == "too big" else b"\xff\xfe")
    before = file.stat()
    held = store(file)
    assert len(held.problems) == 1
    assert "is not read, defaults are used" in held.problems[0]
    held.set(theme="scaler-light")
    assert "settings are not kept" in held.write()
    after = file.stat()
    assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_link_is_preserved_and_its_target_keeps_mode_and_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    real = tmp_path / "dotfiles" / "scaler.toml"
    real.parent.mkdir()
    real.write_text(OWN_WORDS)
    real.chmod(mode)
    if os.geteuid() == 0:
        os.chown(real, 65_534, 65_533)
    before = real.stat()
    (tmp_path / "linked").symlink_to("dotfiles/scaler.toml")
    link = tmp_path / "settings.toml"
    link.symlink_to(tmp_path / "linked")
    held = store(link)
    held.set(theme="scaler-dark")
    assert held.write() == ""
    assert link.is_symlink()
    assert (tmp_path / "linked").is_symlink()
    after = real.stat()
    assert stat.S_IMODE(after.st_mode) == mode
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert real.read_text() == OWN_WORDS.replace("scaler-light", "scaler-dark")
    assert list(real.parent.iterdir()) == [real]


def test_the_target_of_a_link_is_created(tmp_path: Path) -> None:
    link, real = tmp_path / "settings.toml", tmp_path / "dotfiles" / "scaler.toml"
    link.symlink_to(real)
    held = store(link)
    assert held.problems == []
    held.set(scale="log")
    assert held.write() == ""
    assert link.is_symlink()
    assert store(real).settings.scale == "log"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.parametrize("names", ["one name", "names in two folders"])
def test_concurrent_writers_lose_nothing(file: Path, names: str) -> None:
    """Each writes its own value repeatedly; no value is lost."""
    tables = list(TABLES.values())[:6]
    start = threading.Barrier(len(tables))
    files = [file]
    if names == "names in two folders":
        files.append(file.parent / "dotfiles" / "scaler.toml")
        files[1].parent.mkdir()
        files[1].hardlink_to(file)

    def save(number: int) -> None:
        held = store(files[number % len(files)])
        start.wait()
        for hidden in (*({"a"}, set()) * 4, {"kept"}):
            held._unwritten["columns", f"of-{number}"] = {"hidden": sorted(hidden) or None}
            assert held.write() == ""

    savers = [threading.Thread(target=save, args=(number,)) for number in range(len(tables))]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    columns = tomlkit.parse(file.read_text()).unwrap()["columns"]
    assert {name: columns[name] for name in columns if name.startswith("of-")} == {
        f"of-{number}": {"hidden": ["kept"]} for number in range(len(tables))
    }
    assert 'theme = "scaler-light"  # for the day' in file.read_text()


def test_a_path_is_shown_in_printable_characters() -> None:
    assert (
        shown_path(Path(os.fsdecode(b"/odd\xff\x1b[2J/settings.toml"))) == "/odd\\udcff\\x1b[2J/settings.toml"
    )


@pytest.mark.parametrize("form", ["columns.workers.hidden = ['manager']\ntheme = 'x'\n", "columns = 3\n"])
def test_an_unwritable_value_does_not_affect_others(file: Path, form: str) -> None:
    file.write_text(form)
    held = store(file)
    held.set_columns(TABLES["tasks"], TABLES["tasks"].hidden | {"client"})
    assert held.write().startswith("settings are not kept: columns.tasks: ")
    held.set(theme="scaler-light")
    assert held.write() == ""
    assert tomlkit.parse(file.read_text()).unwrap() == {
        **tomlkit.parse(form).unwrap(),
        "theme": "scaler-light",
    }
    held.set_columns(TABLES["objects"], TABLES["objects"].hidden | {"size"})
    assert held.write().startswith("settings are not kept: columns.objects: ")
    file.write_text("later = 1\n")  # the user has mended it
    held.set(scale="log")
    assert held.write() == ""
    assert sorted(store(file).settings.columns) == ["objects", "tasks"]


def test_another_reason_is_said(file: Path) -> None:
    held = store(file)
    file.write_text("theme = ")
    held.set(theme="scaler-dark")
    first = held.write()
    file.unlink()
    file.mkdir()
    second = held.write()
    assert "settings are not kept" in first
    assert "settings are not kept" in second
    assert first != second
    assert held.write() == ""


def test_no_number_is_no_obstacle(file: Path) -> None:
    file.write_text("later = nan\nmore = [-nan, {deep = nan}]\n")
    held = store(file)
    held.set(theme="scaler-dark")
    assert held.write() == ""
    assert file.read_text() == 'later = nan\nmore = [-nan, {deep = nan}]\ntheme = "scaler-dark"\n'


def test_a_byte_order_mark_is_read_over_and_stays(file: Path) -> None:
    mark = b"\xef\xbb\xbf"
    file.write_bytes(mark + OWN_WORDS.encode())
    held = store(file)
    assert held.problems == []
    assert held.settings.theme == "scaler-light"
    held.set(theme="scaler-dark")
    assert held.write() == ""
    assert file.read_bytes() == mark + OWN_WORDS.replace("scaler-light", "scaler-dark").encode()
