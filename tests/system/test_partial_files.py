"""Stale partial files are removed, but no file that is being written or is not ours."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scaler_monitor.system.partial_files import (
    STALE_SECONDS,
    create_partial_file,
    partial_path,
    remove_stale_files,
)
from scaler_monitor.ui.copying.table_file import _UnfinishedFile, table_file_path

STEM = "workers-20260102-030405"
PATTERN = r"[a-z]+-\d{8}-\d{6}"
WRITE_AND_WAIT = """
import os, pathlib, sys
from scaler_monitor.system.partial_files import create_partial_file, partial_path
path = partial_path(pathlib.Path(sys.argv[1]))
descriptor = create_partial_file(path)
os.utime(path, (0, 0))
print(path, flush=True)
sys.stdin.read()
"""


def old(path: Path) -> Path:
    """Make the file if missing, and set its time to a little more than a day ago."""
    if not path.exists():
        path.write_text("id\n")
    then = time.time() - STALE_SECONDS - 60
    os.utime(path, (then, then))
    return path


def test_stale_files_are_removed_and_locked_ones_are_kept(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_AND_WAIT, str(tmp_path / f"{STEM}.tsv")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        path = Path(writer.stdout.readline().strip())
        remove_stale_files(tmp_path, PATTERN)
        assert list(tmp_path.iterdir()) == [path]
        writer.kill()
        writer.wait(10)
    remove_stale_files(tmp_path, PATTERN)
    assert list(tmp_path.iterdir()) == []


def test_writing_a_table_removes_stale_files(tmp_path: Path) -> None:
    path = tmp_path / table_file_path("workers", time.time()).name
    left, mine = old(partial_path(path)), old(tmp_path / "workers.part")
    file = _UnfinishedFile(path)
    file.open()
    file.finish()
    assert not left.exists()
    assert sorted(tmp_path.iterdir()) == sorted([path, mine])


def test_no_other_file_is_removed(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / f"{STEM}.tsv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    mine = old(elsewhere / "mine")
    new = partial_path(path)
    os.close(create_partial_file(new))
    link, second, pipe, folder = (partial_path(path) for _ in range(4))
    link.symlink_to(old(elsewhere / "theirs"))
    second.hardlink_to(mine)
    os.mkfifo(pipe)
    os.utime(pipe, (0, 0))
    folder.mkdir()
    own_number = partial_path(path).name[len(STEM) :]
    names = [
        *(f"{STEM}.part", f"{STEM}-{'0' * 32}.part", f"notes{own_number}", f"{STEM}{own_number}.tsv"),
        *(f"{STEM}{own_number}~", f"my {STEM}{own_number}", f"{STEM}{own_number.upper()}"),
    ]
    others = [old(tmp_path / name) for name in names]
    stay = sorted([elsewhere, new, link, second, pipe, folder, *others])
    remove_stale_files(tmp_path, PATTERN)
    assert sorted(tmp_path.iterdir()) == stay
    assert mine.read_text() == "id\n"
    remove_stale_files(tmp_path / "nowhere", PATTERN)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_files_of_other_users_are_kept(tmp_path: Path) -> None:
    path = old(partial_path(tmp_path / f"{STEM}.tsv"))
    os.chown(path, 65_534, 65_534)
    remove_stale_files(tmp_path, PATTERN)
    assert path.exists()
