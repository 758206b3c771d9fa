"""The user's folders: from the XDG variables, of which only absolute paths are used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import scaler_monitor
from scaler_monitor.system.user_folders import cache_folder, config_folder, state_folder

FOLDERS = {
    "XDG_CONFIG_HOME": (config_folder, ".config"),
    "XDG_STATE_HOME": (state_folder, ".local/state"),
    "XDG_CACHE_HOME": (cache_folder, ".cache"),
}
every_folder = pytest.mark.parametrize(
    ("variable", "folder", "usual"), [(variable, *rest) for variable, rest in FOLDERS.items()]
)
Folder = Callable[[], Path]


@every_folder
@pytest.mark.parametrize("relative", ["mine", "./mine", "~/mine", ""])
def test_a_relative_path_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, folder: Folder, usual: str, relative: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(variable, relative)
    assert folder() == tmp_path / usual / "scaler-monitor"


@every_folder
def test_an_absolute_path_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, folder: Folder, usual: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / usual))
    assert folder() == tmp_path / usual / "scaler-monitor"


def test_no_other_module_uses_platformdirs() -> None:
    sources = Path(scaler_monitor.__file__).parent.rglob("*.py")
    assert [source.name for source in sources if "import platformdirs" in source.read_text()] == [
        "user_folders.py"
    ]
