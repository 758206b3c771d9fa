"""Runtime folders of collectors: locked ones are kept, unlocked ones are removed, and nothing else is."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.watched import COMMANDS

from scaler_monitor.link.child import CollectorChild
from scaler_monitor.system import marked_folder
from scaler_monitor.system.marked_folder import MARKER
from scaler_monitor.system.runtime_folder import (
    NAME,
    make_runtime_folder,
    remove_runtime_folder,
    remove_stale_folders,
)

NOBODY = "tcp://127.0.0.1:1"
LONG_AGO = 1_000_000_000.0
OWN_NAME = f"{NAME}-{os.geteuid()}"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
ANOTHER_USER = 65_534


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """The temporary folder of the environment, and the fallback with short paths; both are world-writable."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="s") as base:
        Path(base).chmod(0o755)
        found = [Path(base, "named"), Path(base, "short")]
        for place in found:
            place.mkdir()
            place.chmod(0o1777)
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        monkeypatch.setattr(tempfile, "tempdir", str(found[0]))
        monkeypatch.setattr(marked_folder, "FALLBACK_FOLDER", str(found[1]))
        yield found


def leave_folder() -> Path:
    """Make a folder whose viewer and collector were killed long ago."""
    folder = make_runtime_folder()
    (folder / "stderr").touch()
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(folder / "collector"))
    make_old(folder)
    return folder


def make_old(folder: Path) -> None:
    os.utime(folder, (LONG_AGO, LONG_AGO))


def test_unlocked_folders_are_removed_even_if_the_process_id_is_reused(places: list[Path]) -> None:
    folder = leave_folder()
    assert folder.parent == places[0] / OWN_NAME
    assert folder.name.startswith(f"{os.getpid()}-")
    remove_stale_folders()
    assert list(places[0].iterdir()) == []


def test_user_folders_with_similar_names_are_kept(places: list[Path]) -> None:
    """Folders in the temporary folder, where older releases made theirs, and in our parent folder."""
    (places[0] / OWN_NAME).mkdir(mode=0o700)
    worktree = places[0] / OWN_NAME / "4712-abcdefgh"
    kept = []
    for folder in (
        places[0] / "scaler-monitor-my-thesis" / "src",
        places[0] / "scaler-monitor-4711-abcdefgh",
        places[0] / OWN_NAME / "4711-abcdefgh",
        places[0] / OWN_NAME / "thesis",
        places[1] / "scaler-monitor-a-b",
        worktree / "src",
    ):
        folder.mkdir(parents=True)
        (folder / "work.txt").write_text("years")
        make_old(folder)
        make_old(folder.parent)
        kept.append(folder / "work.txt")
    (worktree / ".git").write_text("gitdir: /elsewhere")
    make_old(worktree)
    remove_stale_folders()
    assert [work.read_text() for work in kept] == ["years"] * 6
    assert (worktree / ".git").read_text() == "gitdir: /elsewhere"


@pytest.mark.parametrize("extra", ["work.txt", "collector/deep/work.txt"])
def test_a_folder_with_other_files_is_kept(places: list[Path], extra: str) -> None:
    folder = leave_folder()
    if extra.startswith("collector"):
        (folder / "collector").unlink()
    (folder / extra).parent.mkdir(parents=True, exist_ok=True)
    (folder / extra).write_text("years")
    make_old(folder)
    remove_stale_folders()
    remove_runtime_folder(folder)
    assert (folder / extra).read_text() == "years"


def test_a_link_is_neither_followed_nor_removed(places: list[Path]) -> None:
    work = places[1] / "work"
    work.mkdir()
    (work / MARKER).write_bytes(marked_folder.MARKER_TEXT)
    (work / "stderr").write_text("years")
    make_old(work)
    (places[0] / OWN_NAME).mkdir(mode=0o700)
    link = places[0] / OWN_NAME / "4711-abcdefgh"
    link.symlink_to(work)
    remove_stale_folders()
    remove_runtime_folder(link)
    assert link.is_symlink()
    assert (work / "stderr").read_text() == "years"


def test_new_folders_are_kept(places: list[Path]) -> None:
    new = make_runtime_folder()
    remove_stale_folders()
    assert new.exists()


def test_a_command_keeps_user_files(places: list[Path]) -> None:
    work = places[0] / "scaler-monitor-my-thesis" / "src" / "work.txt"
    work.parent.mkdir(parents=True)
    work.write_text("years")
    make_old(work.parent.parent)
    subprocess.run(
        [str(COMMANDS / "scaler_top"), NOBODY, "--once", "-t", "0.1"],
        env={**os.environ, "TMPDIR": str(places[0])},
        capture_output=True,
        timeout=100,
    )
    assert work.read_text() == "years"


def test_a_collector_removes_no_folder_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "stderr").write_text("years")
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "scaler_monitor.collector", NOBODY),
            *("--endpoint", f"ipc://{tmp_path}/stderr", "--folder", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (ended.returncode, ended.stderr) == (1, f"cannot answer at ipc://{tmp_path}/stderr: File exists\n")
    assert (tmp_path / "stderr").read_text() == "years"


def test_a_folder_is_locked_while_viewer_or_collector_lives(
    places: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 2**22 + 1)  # like a viewer in another container
    held = CollectorChild(NOBODY)
    process = psutil.Process(held.pid)
    try:
        process.suspend()
        make_old(held.folder)
        remove_stale_folders()
        assert held.folder.exists()
        os.close(held._lock)  # as at the exit of the viewer
        held._lock = -1
        remove_stale_folders()
        assert held.folder.exists()
        process.kill()
        process.wait(30)
        make_old(held.folder)
        remove_stale_folders()
        assert not held.folder.exists()
    finally:
        held.kill()
        held.close()


def test_the_session_runtime_folder_is_used_if_private(
    places: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = places[1] / "session"
    session.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session))
    folder = make_runtime_folder()
    assert folder.parent == session / NAME
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    remove_runtime_folder(folder)
    assert list(session.iterdir()) == []
    session.chmod(0o755)
    assert make_runtime_folder().parent == places[0] / OWN_NAME


@pytest.mark.parametrize("hindrance", ["open", "link", "file", "another's"])
def test_a_parent_that_is_not_private_is_not_used(places: list[Path], hindrance: str) -> None:
    """Another user who made it first in the temporary folder could read and replace its content."""
    for number, base in enumerate(places):
        place = base / OWN_NAME
        if hindrance == "link":
            (base / "elsewhere").mkdir(mode=0o700)
            place.symlink_to(base / "elsewhere")
        elif hindrance == "file":
            place.touch()
        else:
            place.mkdir(mode=0o700)
            if hindrance == "open":
                place.chmod(0o777 if number else 0o710)
            elif os.geteuid() == 0:
                os.chown(place, ANOTHER_USER, ANOTHER_USER)
            else:
                pytest.skip("only root gives folders away")
    folder = make_runtime_folder()
    assert folder.parent == places[0]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    remove_stale_folders()
    assert folder.exists()
    remove_runtime_folder(folder)
    assert [entry.name for entry in places[0].iterdir() if entry.name not in (OWN_NAME, "elsewhere")] == []


MAKES_A_FOLDER = """
import os, sys, tempfile
os.setgid({user}); os.setuid({user})
from scaler_monitor.system import marked_folder
tempfile.tempdir = marked_folder.FALLBACK_FOLDER = sys.argv[1]
from scaler_monitor.system.runtime_folder import make_runtime_folder
print(make_runtime_folder())
"""


@as_root
def test_two_users_have_separate_parents(places: list[Path]) -> None:
    others = Path(forked(MAKES_A_FOLDER.format(user=ANOTHER_USER), str(places[0])))
    assert others.parent == places[0] / f"{NAME}-{ANOTHER_USER}"
    assert others.stat().st_uid == ANOTHER_USER
    make_old(others)
    ours = make_runtime_folder()
    assert ours.parent == places[0] / OWN_NAME
    remove_stale_folders()
    assert others.exists()


@as_root
def test_another_user_who_takes_the_name_first_gets_nothing(places: list[Path]) -> None:
    taken = places[0] / f"{NAME}-{ANOTHER_USER}"
    taken.mkdir(mode=0o777)  # root plays the attacker
    folder = Path(forked(MAKES_A_FOLDER.format(user=ANOTHER_USER), str(places[0])))
    assert folder.parent == places[0]
    assert (folder.stat().st_uid, stat.S_IMODE(folder.stat().st_mode)) == (ANOTHER_USER, 0o700)
    assert list(taken.iterdir()) == []


def forked(code: str, *arguments: str) -> str:
    """Return the output of code in a child process, which imports our modules before dropping privileges."""
    preload = "import scaler_monitor.system.runtime_folder\n"
    told = subprocess.run(
        [sys.executable, "-c", preload + code, *arguments], capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


@pytest.mark.parametrize("name", [b"t\xff\xfe", b"t" * 90])
def test_a_temporary_folder_that_cannot_hold_a_socket_is_not_used(places: list[Path], name: bytes) -> None:
    """A name that is not UTF-8 or is too long; tested with the whole program."""
    odd = places[0] / os.fsdecode(name)
    odd.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(odd))
        assert make_runtime_folder().parent == places[1] / OWN_NAME
    ended = subprocess.run(
        [str(COMMANDS / "scaler_top"), NOBODY, "--once", "-t", "0.1"],
        env={**os.environ, "TMPDIR": str(odd)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert ended.returncode == 3
    assert "no scheduler within 0.1 s" in ended.stderr
    assert list(odd.iterdir()) == []
