"""`--log-file`: the logs of real viewers and collectors."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.stream import simulator
from tests.watched import COMMANDS

from scaler_monitor.system.log_file import FIRST_LINE
from scaler_monitor.system.logs import MAX_LINES

NOBODY = "tcp://127.0.0.1:1"
THEIRS = "what the user wrote\n"

FAILING_MODEL = """
import sys
if "scaler_monitor.collector" in " ".join(sys.orig_argv):
    from scaler_monitor.model.task_transitions import TaskTransitions
    def fail(self, event, now):
        raise ZeroDivisionError("in the model")
    TaskTransitions.apply = fail
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with simulator(20, 1, 100) as stream:
        yield stream.address


def scaler_top(
    *arguments: str, shell: str = "", folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = [str(COMMANDS / "scaler_top"), *arguments]
    return subprocess.run(
        ["bash", "-c", f'{shell}; exec "$@"', "bash", *command] if shell else command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        cwd=folder,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("way", ["option", "variable", "relative"])
def test_viewer_and_collector_have_a_log_each(address: str, tmp_path: Path, way: str) -> None:
    path = tmp_path / "m.log"
    if way == "option":
        ended = scaler_top(address, "--once", "--log-file", str(path), SCALER_MONITOR_LOG="/dev/null/none")
    elif way == "relative":  # collectors have another current folder
        ended = scaler_top(address, "--once", "--log-file", path.name, folder=tmp_path)
    else:
        ended = scaler_top(address, "--once", SCALER_MONITOR_LOG=str(path))
    assert (ended.returncode, ended.stderr) == (0, "")
    logs = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert sorted(logs) == ["m.log", "m.log.collector"]
    for each in tmp_path.iterdir():
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    viewer, collector = logs["m.log"], logs["m.log.collector"]
    for told in ("scaler_top of scaler-monitor 0.", "Python 3.", address, "collector [0-9]+ is started"):
        assert re.search(told, viewer), told
    assert "the collector ended with exit code 0: its viewer has gone" in viewer
    assert viewer.endswith("scaler_top ends with exit code 0\n")
    assert re.search("feed: .*connected.*ymq", collector)
    assert "leaves with exit code 0: its viewer has gone" in collector


def test_the_failure_is_logged(tmp_path: Path) -> None:
    ended = scaler_top(NOBODY, "--once", "-t", "0.5", "--log-file", str(tmp_path / "m.log"))
    assert ended.returncode == 3
    assert "connection refused" in (tmp_path / "m.log").read_text()
    assert (tmp_path / "m.log").read_text().endswith("scaler_top ends with exit code 3\n")
    assert re.search("feed: .*disconnected.*refused", (tmp_path / "m.log.collector").read_text())


def make_file(path: Path) -> None:
    path.write_text(THEIRS)


def make_link(path: Path) -> None:
    (path.parent / "linked").touch()
    path.symlink_to("linked")


def make_second_name(path: Path) -> None:
    (path.parent / "first").touch()
    path.hardlink_to(path.parent / "first")


@pytest.mark.parametrize("name", ["m.log", "m.log.1", "m.log.collector"])
@pytest.mark.parametrize("make", [make_file, make_link, make_second_name, os.mkfifo, Path.mkdir])
def test_other_files_are_not_changed(tmp_path: Path, make: Callable[[Path], object], name: str) -> None:
    make(tmp_path / name)
    before = (tmp_path / name).lstat()
    ended = scaler_top(NOBODY, "--once", "--log-file", str(tmp_path / "m.log"))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith("scaler_top: cannot write the log: ")
    assert str(tmp_path / name) in ended.stderr
    after = (tmp_path / name).lstat()
    assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size)
    assert not (tmp_path / "linked").exists() or not (tmp_path / "linked").read_bytes()


def test_a_folder_that_cannot_be_created_is_reported() -> None:
    ended = scaler_top(NOBODY, "--once", "--log-file", "/dev/null/m.log")
    assert ended.returncode == 2
    assert re.fullmatch(r"scaler_top: cannot write the log: .* \(/dev/null\)\n", ended.stderr)


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="an isolated interpreter of Python 3.10 takes nothing from PYTHONPATH"
)
def test_an_event_that_the_model_refuses_is_logged_with_its_traceback(address: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(FAILING_MODEL)
    path = tmp_path / "m.log"
    arguments = ("--once", "--after", "3", "--format", "json", "--log-file", str(path))
    ended = scaler_top(address, *arguments, PYTHONPATH=str(tmp_path))
    assert (ended.returncode, ended.stderr) == (0, "")
    source = json.loads(ended.stdout)["source"]
    assert source["refused"] > MAX_LINES
    assert source["malformed"] == 0
    collector = path.with_name("m.log.collector").read_text()
    first = (
        "WARNING scaler_monitor.collector.engine: refused: the model did not take an event: ZeroDivisionError"
    )
    assert collector.count(first) == MAX_LINES
    assert '\n    File "' in collector
    assert 'raise ZeroDivisionError("in the model")' in collector


def test_a_log_that_becomes_unwritable_is_ignored(address: str, tmp_path: Path) -> None:
    path = tmp_path / "m.log"
    for each in (path, path.with_name("m.log.collector")):
        each.write_text(FIRST_LINE.ljust(1024))
    limit = "export PYTHONDONTWRITEBYTECODE=1; ulimit -f 1"  # one KiB per file
    ended = scaler_top(address, "--once", "--format", "json", "--log-file", str(path), shell=limit)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["source"]["connected"]
    for each in (path, path.with_name("m.log.collector")):
        assert each.read_text().startswith(FIRST_LINE)
        assert each.stat().st_size <= 1024


def test_two_viewers_with_one_file_have_a_log_each(address: str, tmp_path: Path) -> None:
    command = [str(COMMANDS / "scaler_top"), address, "--batch", "-d", "0.5"]
    environment = {**os.environ, "SCALER_MONITOR_LOG": str(tmp_path / "m.log")}
    viewers = []
    for _ in range(2):
        viewer = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        assert viewer.stdout is not None
        assert viewer.stdout.readline()
        viewers.append(viewer)
    for viewer in viewers:
        viewer.terminate()
        assert viewer.wait(60) == 143
        assert viewer.stdout is not None
        viewer.stdout.close()
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == ["m-2.log", "m-2.log.collector", "m.log", "m.log.collector"]
    for each in tmp_path.iterdir():
        processes = set(re.findall(r"Z (\w+\[\d+\]) ", each.read_text()))
        assert len(processes) == 1
