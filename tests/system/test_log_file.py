"""A log is bounded and private, and never replaces a file that is not a log."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from scaler_monitor.system import log_file
from scaler_monitor.system.log_file import FIRST_LINE, MAX_FILE_BYTES, OLD_FILES, LogFile
from scaler_monitor.system.log_queue import LogQueue
from scaler_monitor.system.logs import (
    ENVIRONMENT,
    MAX_LINES,
    WAITING_RECORDS,
    RateLimitedLog,
    finish_log,
    logger,
    open_log,
    with_absolute_log_path,
)

LINE = "x" * 1000
THEIRS = "what the user wrote\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.log"


@pytest.fixture
def log(path: Path) -> Iterator[logging.Logger]:
    open_log(path, "test")
    yield logger("scaler_monitor.test")
    finish_log()


def fill(file: LogFile, megabytes: int) -> None:
    for _ in range(megabytes * 1050):
        file.write(LINE)


def test_a_log_is_bounded_and_private(path: Path) -> None:
    file = LogFile(path)
    fill(file, 5)
    file.close()
    files = sorted(path.parent.iterdir())
    assert [each.name for each in files] == ["m.log", "m.log.1", "m.log.2"]
    assert len(files) == 1 + OLD_FILES
    for each in files:
        assert each.stat().st_size <= MAX_FILE_BYTES
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
        assert each.read_text().startswith(FIRST_LINE)


def test_an_existing_log_is_continued_and_made_private(path: Path) -> None:
    LogFile(path).close()
    path.chmod(0o644)
    file = LogFile(path)
    file.write("more")
    file.close()
    assert path.read_text() == FIRST_LINE + "more\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["m.log", "m.log.1"])
def test_files_put_there_meanwhile_are_kept(path: Path, name: str) -> None:
    file = LogFile(path)
    fill(file, 1)
    theirs = path.with_name(name)
    theirs.unlink(missing_ok=True)
    theirs.write_text(THEIRS)
    fill(file, 3)
    assert theirs.read_text() == THEIRS
    assert sum(each.stat().st_size for each in path.parent.iterdir()) <= 3 * MAX_FILE_BYTES
    assert file.size() <= MAX_FILE_BYTES
    file.close()


def test_a_deleted_folder_is_ignored(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = path.parent / "folder"
    file = LogFile(folder / "m.log")
    fill(file, 1)
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    fill(file, 2)
    file.close()
    assert capfd.readouterr().err == ""


def test_a_second_process_writes_another_file(path: Path) -> None:
    files = [log_file.open_free_log_file(path) for _ in range(log_file.MAX_PROCESSES)]
    names = [file.path.name for file in files]
    assert names == ["m.log", *(f"m-{number}.log" for number in range(2, 10))]
    with pytest.raises(BlockingIOError):
        log_file.open_free_log_file(path)
    for file in files:
        file.close()
    log_file.open_free_log_file(path).close()
    assert len(list(path.parent.iterdir())) == log_file.MAX_PROCESSES


def test_external_text_cannot_look_like_a_log_line(path: Path, log: logging.Logger) -> None:
    try:
        raise ValueError("one\n2026-01-01T00:00:00.000Z forged \x1b[31m")
    except ValueError as error:
        log.warning("two\n2026-01-01T00:00:00.000Z forged\x1b[31m", exc_info=error)
    log.warning("long %s", LINE * 1000)
    finish_log()
    lines = path.read_text().splitlines()
    assert not any(line.startswith("2026-01-01") for line in lines)
    assert "\x1b" not in path.read_text()
    assert "  ValueError: one" in lines
    assert path.stat().st_size < 50_000


def test_endless_events_are_logged_at_a_limited_rate(
    path: Path, log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = RateLimitedLog(log)
    for number in range(1000):
        limited.warning("strange %d", number)
    moment = os.times().elapsed + 1e6
    monkeypatch.setattr("time.monotonic", lambda: moment)
    limited.warning("strange again")
    finish_log()
    lines = path.read_text().splitlines()[1:]
    assert len(lines) == MAX_LINES + 1
    assert lines[-1].endswith(f"strange again ({1000 - MAX_LINES} before it were not logged)")


def test_a_hanging_disk_does_not_block_logging(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(LogFile, "write", lambda file, text: over.wait())
    open_log(path, "test")
    (handler,) = (each for each in logging.getLogger().handlers if isinstance(each, LogQueue))
    began = time.monotonic()
    for number in range(3 * WAITING_RECORDS):
        logger("scaler_monitor.test").info("record %d", number)
    assert isinstance(handler.queue, SimpleQueue)
    assert handler.queue.qsize() == WAITING_RECORDS
    finish_log()
    assert time.monotonic() - began < 30
    over.set()


def test_a_hanging_disk_does_not_block_the_exit(path: Path) -> None:
    code = (
        "import time\n"
        "from pathlib import Path\n"
        "from scaler_monitor.system import logs, log_file\n"
        "log_file.os.write = lambda *given: time.sleep(3600)\n"
        f"logs.open_log(Path({str(path)!r}), 'test')\n"
        "logs.logger('scaler_monitor.test').info('never written')\n"
    )
    path.write_text(FIRST_LINE)
    assert subprocess.run([sys.executable, "-c", code], timeout=30).returncode == 0


def test_a_process_without_a_log_prints_nothing() -> None:
    code = "from scaler_monitor.system.logs import logger; logger('scaler_monitor.test').critical('lost')"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (told.returncode, told.stdout, told.stderr) == (0, b"", b"")


def test_a_relative_path_is_relative_to_the_first_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert with_absolute_log_path({"A": "b", ENVIRONMENT: "m.log"}) == {
        "A": "b",
        ENVIRONMENT: f"{tmp_path}/m.log",
    }
    assert with_absolute_log_path({"A": "b", ENVIRONMENT: ""}) == {"A": "b", ENVIRONMENT: ""}
    assert with_absolute_log_path({"A": "b"}) == {"A": "b"}
