"""Commands that start a Python: none imports modules from a folder where others may write."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.hostile_folder import HostileFolder

from scaler_monitor.demo.guarded import GuardedCommand
from scaler_monitor.link.process_link import ProcessLink
from scaler_monitor.protocol.page import Question
from scaler_monitor.system import interpreter
from scaler_monitor.system.interpreter import (
    Interpreter,
    ask_interpreter,
    environment_for_python,
    own_interpreter,
    safe_folders,
)

SHOW = "import sys; print(sys.argv[1:], sys.path)"
VERSIONS = [(3, 10), (3, 11), (3, 14)]
every_version = pytest.mark.parametrize("version", VERSIONS)


@every_version
def test_a_command_of_every_version_is_safe(version: tuple[int, int]) -> None:
    python = Interpreter("/bin/python", version, ("/a", "/b\udcff'\n"))
    commands = [
        python.run_module("venv", "x"),
        python.run_script("/s.py", "x"),
        python.run_code(SHOW, "x"),
        python.run_module("venv", "x", isolated=True),
    ]
    for command in commands:
        assert (command[0], command[-1]) == ("/bin/python", "x")
        assert "".join(command).isascii()
    option = "-P" if version >= (3, 11) else "-I"
    assert [command[1] for command in commands] == [option, option, option, "-I"]


def test_safe_folders_of_a_search_path() -> None:
    search = ["", ".", "rel", "/here", "/here/lib", "/whole", "/here/sub/", "/usr/lib"]
    assert safe_folders(search, "/here", "lib:/whole:") == ("/whole", "/here/sub/", "/usr/lib")
    assert safe_folders(search, "/here", "/here") == (
        "/here",
        "/here/lib",
        "/whole",
        "/here/sub/",
        "/usr/lib",
    )
    assert safe_folders(["", "/a"], "", "x") == ("/a",)


def test_only_absolute_paths_of_the_variable_are_passed_on() -> None:
    handed = environment_for_python({"PYTHONPATH": ":/a:rel:.:/b", "PYTHONSAFEPATH": "1", "A": "b"})
    assert handed == {"PYTHONPATH": "/a:/b", "PYTHONSAFEPATH": "1", "A": "b", "PWD": "/"}
    assert environment_for_python({"PYTHONPATH": ".:"}) == {"PWD": "/"}


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HostileFolder:
    """The current folder of this process, from which it imports modules itself, as `python -m` does."""
    importlib.import_module("zmq.asyncio")  # used by the link at its first request
    folder = HostileFolder(tmp_path)
    monkeypatch.chdir(folder.path)
    monkeypatch.setattr(sys, "path", ["", str(folder.path), *sys.path])
    monkeypatch.setenv("PYTHONPATH", "")
    return folder


@pytest.fixture(params=["as this version", "without -P"])
def both_forms(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands for this Python version, and for 3.10."""
    if request.param == "without -P":
        monkeypatch.setattr(interpreter, "SAFE_PATH_SINCE", (99,))


@pytest.mark.usefixtures("both_forms")
def test_commands_are_safe_in_a_hostile_folder(hostile: HostileFolder, tmp_path: Path) -> None:
    script = tmp_path / "scripts" / "script.py"
    script.parent.mkdir()
    script.write_text(f"import random, shutil\nif __name__ == '__main__':\n    {SHOW}\n")
    (script.parent / "random.py").write_text("print('shadowed')")
    own = own_interpreter()
    for command in (
        own.run_code(f"import random, zmq, psutil, scaler_monitor\n{SHOW}", "x", "-P"),
        own.run_script(str(script), "x", "-P"),
    ):
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert told.startswith("['x', '-P'] [")
        assert str(hostile.path) not in told
    helped = subprocess.run(own.run_module("json.tool", "--help"), capture_output=True, text=True, check=True)
    assert "json" in helped.stdout
    hostile.assert_nothing_ran()


@pytest.mark.usefixtures("both_forms")
async def test_a_collector_started_from_a_hostile_folder(hostile: HostileFolder) -> None:
    link = ProcessLink("tcp://127.0.0.1:1")
    try:
        assert (await link.ask(Question("test"), 60)).status.time > 0
        assert psutil.Process(link.collector_pid).cwd() == "/"
    finally:
        await link.close()
    hostile.assert_nothing_ran()


@pytest.mark.usefixtures("both_forms")
def test_a_guarded_command_started_from_a_hostile_folder(hostile: HostileFolder, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with (tmp_path / "told").open("wb") as output:
        guarded = GuardedCommand(["pwd"], tmp_path, output, environment)
        guarded._process.wait(60)
        guarded.stop()
    assert (tmp_path / "told").read_text() == "/\n"
    hostile.assert_nothing_ran()


@pytest.mark.usefixtures("both_forms")
def test_commands_find_the_same_user_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with `pip install --user`, whose folder isolated mode ignores."""
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "only_there.py").write_text("print('found')")
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    monkeypatch.setenv("PYTHONPATH", str(folder))  # the only source of modules for the form with -P
    own = own_interpreter()
    for command in (own.run_code("import only_there"), own.run_module("only_there")):
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        assert told.stdout == "found\n"


def test_version_and_folders_of_another_python(hostile: HostileFolder) -> None:
    told = ask_interpreter(sys.executable, dict(os.environ))
    assert told.version == sys.version_info[:2]
    assert any(folder.endswith("site-packages") for folder in told.folders)
    assert str(hostile.path) not in told.folders
    hostile.assert_nothing_ran()
    for no_python in ("/bin/true", "/bin/cat", "/nowhere/python"):
        with pytest.raises(OSError, match=r"does not tell its version|No such file"):
            ask_interpreter(no_python, {})
