"""Crash files: complete tracebacks, a limited number of files, and no other file is removed."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scaler_monitor.system.crash_file import (
    FIRST_LINE,
    MAX_CRASH_FILES,
    MAX_TRACEBACK_CHARACTERS,
    crashes_folder,
)
from scaler_monitor.system.crashes import report_crash

PLACE = "; its traceback is in "


def crash(number: int, message: str = "over zero") -> str:
    """Report a crash at a different code line for each number."""
    try:
        exec("\n" * number + "raise ZeroDivisionError(message)")
    except ZeroDivisionError as error:
        return report_crash(error, "test")
    raise AssertionError


def test_the_traceback_is_complete_and_private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["scaler_top", "tls://me:secret@host:1"])
    text, _, place = crash(1).partition(PLACE)
    assert text.startswith("ZeroDivisionError: over zero (")
    path = Path(place)
    assert path.parent == crashes_folder()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    told = path.read_text()
    assert told.startswith(FIRST_LINE)
    for part in ("process: test", "version: 0.", "python: 3.", "Traceback (most recent", "in crash\n"):
        assert part in told, part
    assert "secret" not in told


def test_few_files_are_kept_and_no_other_file_is_removed() -> None:
    folder = crashes_folder()
    folder.mkdir(parents=True)
    theirs = folder / "20200101-000000-1-0123abcd.txt"
    theirs.write_text("what the user wrote\n")
    link = folder / "20200101-000000-2-0123abcd.txt"
    link.symlink_to(theirs)
    second = folder / "20200101-000000-3-0123abcd.txt"
    second.write_text(FIRST_LINE)
    (folder / "a second name").hardlink_to(second)
    named = folder / "mine.txt"
    named.write_text(FIRST_LINE)
    places = [crash(number).partition(PLACE)[2] for number in range(MAX_CRASH_FILES + 3)]
    assert len(set(places)) == len(places)
    assert Path(places[-1]).exists()
    assert sum(Path(place).exists() for place in places) == MAX_CRASH_FILES
    for path in (theirs, link, second, named):
        assert path.exists()


def test_a_repeated_crash_has_one_file() -> None:
    places = {crash(1, f"message {number}").partition(PLACE)[2] for number in range(5)}
    assert len(places) == 1
    assert len(list(crashes_folder().iterdir())) == 1


def test_a_huge_traceback_is_truncated() -> None:
    path = Path(crash(1, "x" * 10_000_000).partition(PLACE)[2])
    assert path.stat().st_size < 1.1 * MAX_TRACEBACK_CHARACTERS


def test_a_linked_folder_is_not_written_to(tmp_path: Path) -> None:
    folder = crashes_folder()
    folder.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    assert PLACE not in crash(1)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_the_error_is_reported_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null/nowhere")
    assert crash(1).startswith("ZeroDivisionError: over zero (")
    assert PLACE not in crash(1)


def test_a_hanging_disk_does_not_block() -> None:
    code = (
        "import os, time\n"
        "from scaler_monitor.system import crash_file, crashes\n"
        "crash_file._write = lambda *given: time.sleep(3600)\n"
        "print(crashes.report_crash(KeyError(7), 'test'), flush=True)\n"
        "os._exit(0)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert told.stdout.startswith("KeyError: 7")
    assert PLACE not in told.stdout
    assert crashes_folder().is_dir()
