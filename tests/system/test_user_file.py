"""A file of the user is replaced only if the user may write it, and keeps its hard links."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scaler_monitor.system.user_file import NotAPlainFile, ensure_replaceable, replace_user_file

OTHER_USER = 65_534
AS_ANOTHER = """
import errno, os, pathlib, sys
from scaler_monitor.system.user_file import ensure_replaceable, replace_user_file
if os.geteuid() == 0:
    os.setgid({user}), os.setuid({user})
path = pathlib.Path(sys.argv[1])
for change in (ensure_replaceable, lambda path: replace_user_file(path, b"new")):
    try:
        change(path)
    except PermissionError as error:
        assert (error.errno, error.filename) == (errno.EACCES, str(path))
        print(error.strerror)
"""


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_without_write_permission_is_kept() -> None:
    """Run as the file's owner, whose folder permits renaming; root may write everything."""
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folder is not accessible to other users
        file = Path(folder) / "file"
        file.write_text("mine")
        file.chmod(0o444)
        if os.geteuid() == 0:
            for place in (folder, file):
                os.chown(place, OTHER_USER, OTHER_USER)
        before = file.stat()
        done = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER.format(user=OTHER_USER), str(file)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.stdout, done.stderr) == ("Permission denied\n" * 2, "")
        assert (file.read_text(), file.stat().st_ino, names(Path(folder))) == (
            "mine",
            before.st_ino,
            ["file"],
        )


@pytest.mark.parametrize("content", [b"", b"short", b"much longer than it was"])
def test_hard_links_keep_the_same_content(tmp_path: Path, content: bytes) -> None:
    file, dotfile = tmp_path / "file", tmp_path / "dotfiles" / "file"
    dotfile.parent.mkdir()
    dotfile.write_text("as it was")
    file.hardlink_to(dotfile)
    before = file.stat()
    replace_user_file(file, content)
    assert (file.read_bytes(), dotfile.read_bytes()) == (content, content)
    after = file.stat()
    assert (after.st_ino, after.st_nlink, after.st_mode) == (before.st_ino, 2, before.st_mode)
    assert names(tmp_path) == ["dotfiles", "file"]


def test_a_file_with_hard_links_is_unchanged_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, place = tmp_path / "file", os.pwrite
    file.write_text("as it was")
    (tmp_path / "other").hardlink_to(file)

    def full(descriptor: int, content: bytes, offset: int) -> int:
        if offset > 12:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return place(descriptor, content[:5], offset)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="No space left"):
        replace_user_file(file, b"much longer than it was")
    assert file.read_text() == "as it was"


def test_ensure_replaceable_changes_nothing_and_raises(tmp_path: Path) -> None:
    file, pipe = tmp_path / "file", tmp_path / "pipe"
    file.write_text("mine")
    ensure_replaceable(file)
    ensure_replaceable(tmp_path / "deep" / "new")
    assert (file.read_text(), names(tmp_path)) == ("mine", ["deep", "file"])
    assert names(tmp_path / "deep") == []
    os.mkfifo(pipe)
    with pytest.raises(NotAPlainFile) as caught:
        ensure_replaceable(pipe)
    assert caught.value.errno == errno.EINVAL
    assert "None" not in str(caught.value)
