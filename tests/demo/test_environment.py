"""The environment with opengris-scaler: created once on a fresh machine, even with interruptions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from tests.watched import COMMANDS, until

from scaler_monitor.demo import environment
from scaler_monitor.demo.environment import ScalerUnavailable, check_scaler_python
from scaler_monitor.system.marked_folder import MARKER

ASK = "from scaler_monitor.demo.environment import ensure_scaler_python as ask; print(ask(progress=print))"
MAKING = "making an environment"
PINS = files("scaler_monitor.demo").joinpath("constraints.txt").read_text().splitlines()
ENTRY_POINT = "scaler/entry_points/scaler.py"


def write_wheel(
    folder: Path, name: str, version: str, modules: tuple[str, ...], needs: tuple[str, ...] = ()
) -> None:
    """Write a wheel with empty modules, as an index would provide it."""
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for module in modules:
            wheel.writestr(module, "")
        needed = "".join(f"Requires-Dist: {need}\n" for need in needs)
        named = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        wheel.writestr(f"{about}/METADATA", named + needed)
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        names = [*modules, f"{about}/METADATA", f"{about}/WHEEL", f"{about}/RECORD"]
        wheel.writestr(f"{about}/RECORD", "".join(f"{each},,\n" for each in names))


@pytest.fixture
def fresh_machine(tmp_path: Path) -> dict[str, str]:
    """The environment variables of a machine with an empty cache, and pip limited to one folder of wheels."""
    return machine_in(tmp_path)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Another machine, on which the environment was already created."""
    variables = machine_in(tmp_path_factory.mktemp("machine"))
    asking(variables).communicate(timeout=250)
    return variables


def machine_in(folder: Path) -> dict[str, str]:
    """Return the environment variables of a machine with its cache and its wheels in a folder."""
    shelf = folder / "shelf"
    shelf.mkdir()
    write_wheel(shelf, "opengris_scaler", "2.9.0", (ENTRY_POINT,), needs=("cloudpickle",))
    for version in (pinned("pyzmq"), "99.0"):
        write_wheel(shelf, "pyzmq", version, ("zmq/__init__.py",))
    for version in (pinned("cloudpickle"), "99.0"):
        write_wheel(shelf, "cloudpickle", version, ("cloudpickle.py",))
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf)}
    return {**ours, **pip, "XDG_CACHE_HOME": str(folder / "cache")}


def asking(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a process that requests the environment, and prints its progress and the Python."""
    return subprocess.Popen(
        [sys.executable, "-u", "-c", ASK], env=environment, stdout=subprocess.PIPE, text=True
    )


def pinned(name: str) -> str:
    """Return the version that the demo installs."""
    (version,) = (line.split()[0].split("==")[1] for line in PINS if line.startswith(f"{name}=="))
    return version


def folder_of(environment: dict[str, str]) -> Path:
    return Path(environment["XDG_CACHE_HOME"]) / "scaler-monitor" / "opengris-scaler-2.9.0"


def assert_works(python: str, environment: dict[str, str]) -> None:
    assert python == str(folder_of(environment) / "bin" / "python")
    subprocess.run([python, "-c", "import scaler.entry_points.scaler, zmq"], check=True, env=environment)


def test_an_incomplete_environment_is_created_again_once(fresh_machine: dict[str, str]) -> None:
    killed = asking(fresh_machine)
    until((folder_of(fresh_machine) / "pyvenv.cfg").exists)
    killed.kill()
    killed.communicate()
    rubbish = folder_of(fresh_machine) / "rubbish"
    rubbish.write_text("left behind")
    asked = [asking(fresh_machine) for _ in range(2)]
    told = [one.communicate(timeout=250)[0] for one in asked]
    assert [one.returncode for one in asked] == [0, 0]
    assert sum(MAKING in text for text in told) == 1
    assert not rubbish.exists()
    for text in told:
        assert_works(text.splitlines()[-1], fresh_machine)
    again, _ = asking(fresh_machine).communicate(timeout=250)
    assert MAKING not in again


def test_dependencies_are_pinned(machine: dict[str, str]) -> None:
    python = asking(machine).communicate(timeout=250)[0].splitlines()[-1]
    told = subprocess.run(
        [python, "-m", "pip", "list", "--format", "json"], capture_output=True, text=True, check=True
    )
    versions = {each["name"]: each["version"] for each in json.loads(told.stdout)}
    for name in ("pyzmq", "cloudpickle"):
        assert versions[name] == pinned(name)


def test_it_is_created_again_when_the_pins_change(machine: dict[str, str]) -> None:
    installed = folder_of(machine) / "installed.txt"
    installed.write_text(
        installed.read_text().replace(f"cloudpickle=={pinned('cloudpickle')}", "cloudpickle==1")
    )
    again, _ = asking(machine).communicate(timeout=250)
    assert MAKING in again


@pytest.mark.parametrize("why", ["unreachable", "read-only"])
def test_an_environment_that_cannot_be_made_is_one_line_with_advice(
    why: str, fresh_machine: dict[str, str]
) -> None:
    if why == "unreachable":
        del fresh_machine["PIP_NO_INDEX"], fresh_machine["PIP_FIND_LINKS"]
        fresh_machine.update(PIP_INDEX_URL="http://127.0.0.1:1/simple", PIP_RETRIES="0")
    else:
        fresh_machine["XDG_CACHE_HOME"] = "/dev/null/nowhere"
    refused = subprocess.run(
        [COMMANDS / "scaler-monitor", "demo", "--once"], env=fresh_machine, capture_output=True, text=True
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    complaint = [line for line in refused.stderr.splitlines() if not line.startswith("demo: ")]
    assert len(complaint) == 1, refused.stderr
    assert complaint[0].startswith("scaler-monitor demo: cannot ")
    assert "--scaler-python" in complaint[0]


@pytest.mark.parametrize("way", ["folder", "link"])
def test_other_folders_are_not_changed(way: str, fresh_machine: dict[str, str], tmp_path: Path) -> None:
    """A folder of that name that the user created, or a link to one."""
    work = folder_of(fresh_machine) if way == "folder" else tmp_path / "work"
    work.mkdir(parents=True)
    (work / "work.txt").write_text("years")
    if way == "link":
        folder_of(fresh_machine).parent.mkdir(parents=True)
        folder_of(fresh_machine).symlink_to(work)
    refused = subprocess.run(
        [COMMANDS / "scaler-monitor", "demo", "--once"], env=fresh_machine, capture_output=True, text=True
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "was not made here, and is in the way" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert (work / "work.txt").read_text() == "years"


def test_the_lock_follows_no_link(fresh_machine: dict[str, str], tmp_path: Path) -> None:
    work = tmp_path / "work.txt"
    work.write_text("years")
    lock = folder_of(fresh_machine).with_name("opengris-scaler-2.9.0.lock")
    lock.parent.mkdir(parents=True)
    lock.symlink_to(work)
    refused = subprocess.run(
        [COMMANDS / "scaler-monitor", "demo", "--once"], env=fresh_machine, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert work.read_text() == "years"


def test_an_environment_without_a_marker_is_created_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no marker, but a list of what was installed there."""
    folder = tmp_path / "opengris-scaler-2.9.0"
    folder.mkdir()
    (folder / "installed.txt").write_text("opengris-scaler==2.9.0\nsomething<2\n")
    environment._prepare_folder(folder)
    assert [entry.name for entry in folder.iterdir()] == [MARKER]
    (folder / "rubbish").touch()
    environment._prepare_folder(folder)
    assert [entry.name for entry in folder.iterdir()] == [MARKER]


def test_a_python_name_is_searched_on_path_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = tmp_path / "python9"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScalerUnavailable, match="no python9 on PATH"):
        check_scaler_python("python9")
    assert not (tmp_path / "ran").exists()
    with pytest.raises(ScalerUnavailable, match="does not run as a Python"):
        check_scaler_python("./python9")
    assert (tmp_path / "ran").exists()


@pytest.mark.matrix
def test_a_demo_on_a_fresh_machine(tmp_path: Path) -> None:
    """With the real release from the real index."""
    shown = subprocess.run(
        [COMMANDS / "scaler-monitor", "demo", "--once", "--after", "4", "--format", "json"],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
    assert "installing opengris-scaler==2.9.0" in shown.stderr
    assert len(json.loads(shown.stdout)["workers"]) == 5
