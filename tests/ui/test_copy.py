"""Copying: content, destination, messages."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from tests.scenario import build_cluster
from tests.ui.still_link import StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.collector.in_process import InProcessLink
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.protocol.page import HELD, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.copying.clipboard import MAX_BYTES, OSC_52_BYTES, copy_text, keep_copy
from scaler_monitor.ui.copying.table_file import _UnfinishedFile, write_table
from scaler_monitor.ui.footer import KeyLine
from scaler_monitor.wire.event import StateTask


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of copies."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    return tmp_path / "scaler-monitor"


def new_task(number: int) -> StateTask:
    return StateTask(bytes([number]) * 16, "price", "running", "Worker|a", None, None, None, None, None)


def notice(app: MonitorApp) -> str:
    return app.query_one(KeyLine).notice


async def test_a_row_is_copied_and_named(state_home: Path) -> None:
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        await pilot.press("y")
        assert "nothing to copy" in notice(app)
        await pilot.press("down", "y")
        await until(pilot, lambda: "clipboard (OSC 52)" in notice(app))
        assert app.clipboard.splitlines()[0] == table.view.cursor
        assert "manager\taws-" in app.clipboard
        assert f"clipboard (OSC 52): the row of {table.view.cursor}"[:50] in notice(app)
        assert notice(app).startswith("~/")
        assert app.clipboard in (state_home / "copied.txt").read_text()


async def test_one_cell_is_chosen_and_copied_whole() -> None:
    link = StillLink(1)
    values = next(iter(link.rows["workers"].values()))
    long = "/".join(["a_function_of_a_long_name"] * 40)
    values[TABLES["workers"].index("task")] = long
    app = app_on(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("down", "Y")
        await until(pilot, lambda: "Copy a cell" in screen_text(app))
        titles = [column.title for column in TABLES["workers"].columns]
        await pilot.press(*["down"] * titles.index("task"), "enter")
        await until(pilot, lambda: ": task of Worker|node-0000" in notice(app))
        assert app.clipboard == long
        await pilot.press("Y", "escape", "l")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert app.clipboard == long


async def test_a_text_too_long_for_clipboards_is_only_in_the_file(state_home: Path) -> None:
    put: list[str] = []
    text = "x" * (OSC_52_BYTES + 1)
    said = await copy_text("the row of w", text, put.append)
    assert put == []
    assert "copied.txt has the row of w: too long for the clipboard (74,995 bytes; a" in said
    assert text in (state_home / "copied.txt").read_text()
    await copy_text("the row of w", text[1:], put.append)
    assert put == [text[1:]]


async def test_an_unwritable_file_is_reported_with_the_reason_first(state_home: Path) -> None:
    state_home.mkdir()
    (state_home / "copied.txt").mkdir()
    put: list[str] = []
    said = await copy_text("the row of w", "text", put.append)
    assert put == ["text"]
    assert ", to no file: Is a directory (" in said
    said = await copy_text("the row of w", "x" * (OSC_52_BYTES + 1), put.append)
    assert said.startswith("not copied: too long")


@pytest.mark.parametrize("kind", ["link", "dangling link", "second name", "device", "fifo", "another's"])
async def test_another_file_is_not_changed(kind: str, state_home: Path) -> None:
    """It is neither followed nor truncated, although it exceeds the maximum size; and nothing hangs."""
    copies, work = state_home / "copied.txt", state_home.parent / "work.txt"
    state_home.mkdir()
    text = "years" * MAX_BYTES
    if kind != "dangling link":
        work.write_text(text)
    if kind.endswith("link"):
        copies.symlink_to(work)
    elif kind == "second name":
        copies.hardlink_to(work)
    elif kind == "device":
        copies.symlink_to("/dev/full")
    elif kind == "fifo":
        os.mkfifo(copies)
    elif os.geteuid() == 0:
        copies.write_text(text)
        os.chown(copies, 65_534, 65_534)
    else:
        pytest.skip("only root gives files away")
    put: list[str] = []
    said = await copy_text("the row of w", "text", put.append)
    assert put == ["text"]
    assert ", to no file: it is " in said
    assert (work.read_text() if work.exists() else None) == (None if kind == "dangling link" else text)
    assert kind != "another's" or copies.read_text() == text


@pytest.mark.parametrize("character", ["x", "\N{GREEK SMALL LETTER ALPHA}", "\N{SNOWMAN}", "\N{DUCK}"])
def test_the_file_of_copies_keeps_its_maximum_size(character: str, tmp_path: Path) -> None:
    """For characters of any length; none is split."""
    path = tmp_path / "copied.txt"
    assert keep_copy(character * MAX_BYTES, path) == ""
    assert MAX_BYTES - 4 < path.stat().st_size <= MAX_BYTES
    assert set(path.read_text()) == {character, "\n"}


async def test_a_table_file_is_private(tmp_path: Path) -> None:
    """Also while it is written."""
    modes: list[int] = []

    async def ask(_: TableQuestion) -> None:
        modes.extend(part.stat().st_mode & 0o777 for part in tmp_path.iterdir())

    question = TableQuestion("workers")
    written, _ = await write_table(tmp_path / "workers.tsv", TABLES["workers"], frozenset(), question, ask)
    assert [*modes, written.stat().st_mode & 0o777] == [0o600, 0o600]


async def test_a_table_replaces_no_file(tmp_path: Path) -> None:
    path, work = tmp_path / "workers.tsv", tmp_path / "work.txt"
    work.write_text("years")
    path.symlink_to(work)
    (tmp_path / "workers-2.tsv").write_text("mine")

    async def ask(_: TableQuestion) -> None:
        return None

    written = await write_table(path, TABLES["workers"], frozenset(), TableQuestion("workers"), ask)
    assert written == (tmp_path / "workers-3.tsv", 0)
    assert written[0].read_text().startswith("id\t")
    assert (work.read_text(), (tmp_path / "workers-2.tsv").read_text()) == ("years", "mine")
    assert path.is_symlink()


async def test_a_whole_table_is_written_as_filtered_and_sorted(state_home: Path) -> None:
    link = StillLink(3000)
    app = app_on(link)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await settled(pilot)
        await pilot.press("n", "r", "slash", *"aws-gpu", "enter")
        await until(pilot, lambda: table.window.matched == 1500)
        await pilot.press("colon", *"this table to a file", "enter")
        await until(pilot, lambda: ": wrote 1,500 rows of Workers" in notice(app))
        (path,) = state_home.glob("workers-*.tsv")
        lines = [line.split("\t") for line in path.read_text().splitlines()]
        shown = [column.title for column in TABLES["workers"].columns if column.key not in table.view.hidden]
        assert lines[0] == ["id", *shown]
        wanted = sorted(row for row, values in link.rows["workers"].items() if "aws-gpu" in values)
        assert [line[0] for line in lines[1:]] == wanted
        assert {len(line) for line in lines} == {len(shown) + 1}
        asked = [
            question for question in link.questions if [table.limit for table in question.tables] == [500]
        ]
        assert {(question.at, question.viewer == app.session.viewer) for question in asked} == {(HELD, False)}


async def test_each_file_has_the_present_table(state_home: Path) -> None:
    """The second file has the new rows."""
    cluster, status, now = build_cluster()
    clock = count(int(now))
    app = MonitorApp(
        InProcessLink(cluster, lambda: now, status), start="tabs", clock=lambda: next(clock), interval=0.02
    )

    def are_written(files: int) -> bool:
        return len(list(state_home.glob("*.tsv"))) == files

    async with app.run_test(size=(120, 40)) as pilot:
        for files in (1, 2):
            await pilot.press("2")
            await until(pilot, lambda: app.body.active_table is not None and app.body.active_table.answered)
            await app.action_command("copy-file")
            await until(pilot, lambda files=files: len(list(state_home.glob("*.tsv"))) == files)  # type: ignore[misc]
            ClusterModel.of(cluster).apply(new_task(files), now)
    first, second = sorted(state_home.glob("*.tsv"))
    assert len(second.read_text().splitlines()) == len(first.read_text().splitlines()) + 1 > 2


async def test_an_unwritable_table_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/full")
    app = app_on(StillLink(5))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await app.action_command("copy-file")
        await until(pilot, lambda: "Workers not written: Not a directory (/dev/full/" in notice(app))


async def test_a_table_can_be_written_twice_at_the_same_time(tmp_path: Path) -> None:
    """A canceled one leaves no file, and does not change the other."""
    path, goes_on = tmp_path / "workers.tsv", asyncio.Event()

    async def ask(_: TableQuestion) -> None:
        await goes_on.wait()

    def partial_path() -> int:
        return len(list(tmp_path.glob("*.part")))

    table = TABLES["workers"]
    writing = [
        asyncio.create_task(write_table(path, table, frozenset(), TableQuestion("workers"), ask))
        for _ in range(2)
    ]
    await holds(lambda: partial_path() == 2)
    writing[0].cancel()
    await holds(lambda: partial_path() == 1)
    goes_on.set()
    assert await writing[1] == (path, 0)
    assert [left.name for left in tmp_path.iterdir()] == ["workers.tsv"]


async def test_a_canceled_table_leaves_no_file(tmp_path: Path) -> None:
    """The file may be in progress at the time of the cancellation."""
    file = _UnfinishedFile(tmp_path / "workers.tsv")
    file.give_up()
    file.open()
    assert list(tmp_path.iterdir()) == []


async def holds(condition: Callable[[], bool]) -> None:
    """Wait for a condition without a screen, with a time limit."""
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        await asyncio.sleep(0.01)
