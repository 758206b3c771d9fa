"""Folders of collectors: what is held stays, what nobody holds any more goes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scaler_monitor.link import child
from scaler_monitor.link.child import FOLDER_PREFIX, CollectorChild, remove_left_behind

NOBODY = "tcp://127.0.0.1:1"
LONG_AGO = 1_000_000_000.0


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """The temporary folder that the environment names, and the one where paths are short."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="s") as base:
        found = [Path(base, "named"), Path(base, "short")]
        for place in found:
            place.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(found[0]))
        monkeypatch.setattr(child, "SHORT_PLACE", str(found[1]))
        yield found


def test_what_nobody_holds_is_removed_wherever_it_is_and_whatever_has_its_process_id(
    places: list[Path],
) -> None:
    left = [place / f"{FOLDER_PREFIX}{os.getpid()}-left" for place in places]
    for folder in left:
        folder.mkdir()
        (folder / "stderr").touch()
        make_old(folder)
    remove_left_behind()
    assert not [folder for folder in left if folder.exists()]


def test_what_is_in_the_making_or_no_folder_of_ours_stays(places: list[Path]) -> None:
    new, other, link = (
        places[0] / name for name in (f"{FOLDER_PREFIX}1-new", "other", f"{FOLDER_PREFIX}1-link")
    )
    new.mkdir()
    other.mkdir()
    make_old(other)
    link.symlink_to(other)
    remove_left_behind()
    assert new.exists()
    assert other.exists()


def test_a_folder_is_held_as_long_as_viewer_or_collector_lives(
    places: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        child.os, "getpid", lambda: 2**22 + 1
    )  # as a viewer in another container appears here
    held = CollectorChild(NOBODY)
    process = psutil.Process(held.pid)
    try:
        process.suspend()
        make_old(held.folder)
        remove_left_behind()
        assert held.folder.exists()
        os.close(held._lock)  # as the end of the viewer does
        held._lock = -1
        remove_left_behind()
        assert held.folder.exists()
        process.kill()
        process.wait(30)
        make_old(held.folder)
        remove_left_behind()
        assert not held.folder.exists()
    finally:
        held.kill()
        held.close()


def make_old(folder: Path) -> None:
    os.utime(folder, (LONG_AGO, LONG_AGO))
