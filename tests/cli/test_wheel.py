"""The wheel contains everything it needs: built, and installed in a separate environment."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

import dev
import pytest
from packaging.requirements import Requirement

from scaler_monitor import __version__
from scaler_monitor.demo.local_cluster import LocalCluster

PROJECT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with the installed packages, without an index."""
    folder = tmp_path_factory.mktemp("wheel")
    offline = ["--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*PIP, "wheel", *offline, "--wheel-dir", str(folder), str(PROJECT)], check=True)
    (built,) = folder.glob("scaler_monitor-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands in an environment with the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    install = [*PIP, "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    # as a plain path: .pth files in it, which would add this folder, are ignored
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """The metadata of the wheel for an index and pip."""
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(packed.read(name).decode())


def test_metadata_of_the_index(metadata: Message) -> None:
    assert metadata["Author"] == "scaler-monitor developers"
    assert metadata.get_all("Project-URL") == ["Upstream, https://github.com/finos/opengris-scaler"]
    pythons = {f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 15)}
    assert pythons <= set(metadata.get_all("Classifier", []))


def test_the_long_description_needs_no_file_beside_it(metadata: Message) -> None:
    text = metadata.get_payload()
    assert isinstance(text, str)
    assert text.lstrip().startswith("# scaler-monitor")
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert links
    assert [link for link in links if not link.startswith("https://")] == []
    assert "snapshots/" not in text
    assert "`docs/JSON.md`" in text


def test_every_dependency_is_bounded_on_both_sides(metadata: Message) -> None:
    needed = [Requirement(one) for one in metadata.get_all("Requires-Dist", [])]
    assert len(needed) > 10
    for requirement in needed:
        operators = {one.operator for one in requirement.specifier}
        assert operators in ({">=", "<"}, {"~="}), requirement


def test_it_installs_where_re2_has_no_wheel(metadata: Message) -> None:
    """Only the extra `regex` requires it: there is no wheel for musl."""
    needed = [Requirement(one) for one in metadata.get_all("Requires-Dist", [])]
    (re2,) = (requirement for requirement in needed if requirement.name == "google-re2")
    assert re2.marker is not None
    assert not re2.marker.evaluate({"extra": ""})
    assert re2.marker.evaluate({"extra": "regex"})


def test_the_lowest_set_is_read_from_what_the_wheel_asks_for(metadata: Message) -> None:
    held = [
        Requirement(line) for line in dev.lower_bounds((PROJECT / "pyproject.toml").read_text()).splitlines()
    ]
    needed = [Requirement(one) for one in metadata.get_all("Requires-Dist", [])]
    assert {(one.name, lowest_of(one)) for one in held} == {(one.name, lowest_of(one)) for one in needed}
    assert all(str(one.specifier).startswith("==") for one in held)


def lowest_of(requirement: Requirement) -> str:
    """Return the lower bound of a requirement."""
    (bound,) = (one.version for one in requirement.specifier if one.operator != "<")
    return bound


def test_every_file_is_in_it(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "src/scaler_monitor"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    wanted = {name.removeprefix("src/") for name in listed.stdout.splitlines() if (PROJECT / name).exists()}
    assert any(name.endswith(".capnp") for name in wanted)
    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_commands_print_their_version(installed: Path, tmp_path: Path) -> None:
    for command in ("scaler_top", "scaler_gui", "scaler-monitor"):
        told = subprocess.run(
            [installed / command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert told.stdout.split() == ["scaler-monitor", __version__]


def test_the_installed_code_reads_both_generations(installed: Path, tmp_path: Path) -> None:
    code = (
        "import scaler_monitor, scaler_monitor.wire.schema as schema; "
        "schema.load_generation(1); schema.load_generation(2); print(scaler_monitor.__file__)"
    )
    ran = subprocess.run(
        [installed / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(ran.stdout.strip()).is_relative_to(installed.parent)


@pytest.mark.peer
def test_it_watches_a_scheduler(
    installed: Path, tmp_path: Path, own_cluster: Callable[..., LocalCluster]
) -> None:
    shown = subprocess.run(
        [installed / "scaler_top", own_cluster().monitor_address, "--once", "--format", "json", "-t", "60"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(json.loads(shown.stdout)["managers"]) == 2
