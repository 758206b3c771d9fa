"""The rerun rules: tests that start processes get a few second runs, which are named; others get none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FLICKERS = """
from pathlib import Path

def flicker(name):
    "Fails the first time that it is called for a name."
    seen = Path(__file__).with_name(name)
    there = seen.exists()
    seen.touch()
    assert there, name
"""
STARTS_PROCESSES = "import subprocess\n"


def run(folder: Path, *options: str, **modules: str) -> tuple[int, str]:
    """Run the tests of these modules with the project's options; return exit code and output."""
    for name, text in modules.items():
        (folder / f"test_{name}.py").write_text(FLICKERS + text)
    configuration = [
        "-c",
        str(PROJECT / "pyproject.toml"),
        "--rootdir",
        str(folder),
        "-p",
        "no:cacheprovider",
    ]
    plugins = ("pytest_rerunfailures", "tests.second_run", *(["xdist"] if "-n" in options else []))
    chosen = [part for plugin in plugins for part in ("-p", plugin)]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *configuration, *chosen, *options, str(folder)],
        cwd=PROJECT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=250,
    )
    return ended.returncode, ended.stdout + ended.stderr


def named(told: str, outcome: str) -> set[str]:
    """Return the names of the tests with this outcome in the summary."""
    return set(re.findall(rf"^{outcome} \S*::(\w+)", told, re.MULTILINE))


def test_what_starts_processes_has_a_second_run_and_is_named(tmp_path: Path) -> None:
    code, told = run(tmp_path, starting=STARTS_PROCESSES + "def test_a(): flicker('a')\ndef test_b(): pass\n")
    assert code == 0, told
    assert named(told, "RERUN") == {"test_a"}
    assert re.search(r"^2 passed, .*1 rerun", told, re.MULTILINE)


def test_a_second_failure_is_one(tmp_path: Path) -> None:
    code, told = run(tmp_path, starting=STARTS_PROCESSES + "def test_a(): assert False\n")
    assert code == 1
    assert named(told, "RERUN") == named(told, "FAILED") == {"test_a"}


def test_what_starts_nothing_tries_random_input_or_compares_pictures_has_one_run(tmp_path: Path) -> None:
    code, told = run(
        tmp_path,
        plain="def test_plain(): flicker('plain')\n",
        # a fixture with the name of one that starts a process
        named="import pytest\n@pytest.fixture\ndef watch(): pass\ndef test_named(watch): flicker('named')\n",
        starting=STARTS_PROCESSES
        + "import pytest\nfrom hypothesis import given, settings, strategies as st\n"
        + "@settings(max_examples=1, database=None)\n@given(st.none())\n"
        + "def test_random(_): flicker('random')\n"
        + "@pytest.mark.snapshot\ndef test_picture(): flicker('picture')\n",
    )
    assert code == 1
    assert named(told, "FAILED") == {"test_plain", "test_named", "test_random", "test_picture"}
    assert named(told, "RERUN") == set()


@pytest.mark.parametrize("processes", [[], ["-n", "2"]], ids=["alone", "in two processes"])
def test_more_than_three_second_runs_fail_the_suite(processes: list[str], tmp_path: Path) -> None:
    two = STARTS_PROCESSES + "".join(f"def test_{{0}}{at}(): flicker('{{0}}{at}')\n" for at in range(2))
    code, told = run(tmp_path, *processes, one=two.format("a"), other=two.format("b"))
    assert code == 1, told
    assert len(named(told, "RERUN")) == 3
    assert len(named(told, "FAILED")) == 1


def test_what_tests_share_is_made_anew_for_the_second_run(tmp_path: Path) -> None:
    """A broken shared fixture, such as a hanging cluster, would fail the second run too."""
    code, told = run(
        tmp_path,
        starting=STARTS_PROCESSES
        + """
import pytest
told = []

@pytest.fixture(scope="session")
def session():
    told.append("session up")
    yield
    told.append("session down")

@pytest.fixture(scope="module")
def shared(session):
    thing = ["works"]
    told.append("up")
    yield thing
    told.append("down")

def test_first(shared):
    assert told == ["session up", "up"]

def test_second(shared):
    if len(told) == 2:
        shared[0] = "broken"
    assert shared == ["works"]

def test_third(shared):
    assert shared == ["works"]
    assert told == ["session up", "up", "down", "session down", "session up", "up"]
""",
    )
    assert code == 0, told
    assert named(told, "RERUN") == {"test_second"}
