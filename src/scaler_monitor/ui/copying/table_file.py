"""A whole table as tab-separated text: every row that the filter lets through, in the order shown."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import TextIO

from scaler_monitor.link.daemon_thread import run_in_daemon_thread
from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.row_id import format_row_id
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.system.partial_files import create_partial_file, partial_path, remove_stale_files
from scaler_monitor.system.user_folders import state_folder

ROWS_A_PAGE = 500
MAX_ROWS = 200_000
"""Rows of one file; no table of the monitor holds as many."""
MOST_OF_A_NAME = 100
"""Most files of one table in one second."""
_STEM = r"[a-z]+-\d{8}-\d{6}"
"""Matches the names that `table_file_path` gives, without the suffix."""


def table_file_path(table: str, now: float) -> Path:
    """The path for a table that is written at unix time `now`."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    return state_folder() / f"{table}-{stamp}.tsv"


async def write_table(
    path: Path,
    table: TableSpec,
    hidden: frozenset[str],
    question: TableQuestion,
    ask: Callable[[TableQuestion], Awaitable[TablePage | None]],
) -> tuple[Path, int]:
    """Ask for page after page and write the rows; returns the file's path and the number of rows.

    The file appears when it is complete. It never replaces another: if `path` exists, the name gets a number.
    Raises OSError, and whatever `ask` raises.
    """
    columns = [(i, column) for i, column in enumerate(table.columns) if column.key not in hidden]
    rows = 0
    file = _UnfinishedFile(path)
    try:
        await run_in_daemon_thread(file.open)
        await run_in_daemon_thread(partial(file.write, [["id", *(column.title for _, column in columns)]]))
        while rows < MAX_ROWS:
            page = await ask(question._replace(first=rows, limit=ROWS_A_PAGE, cursor=""))
            if page is None or not page.ids:
                break
            lines = [
                [format_row_id(row_id), *(format_value(column.kind, values[i]) for i, column in columns)]
                for row_id, values in zip(page.ids, page.rows, strict=True)
            ]
            await run_in_daemon_thread(partial(file.write, lines))
            rows += len(page.ids)
            if rows >= page.matched:
                break
        finished = await run_in_daemon_thread(file.finish)
    except BaseException:
        Thread(target=file.give_up, daemon=True).start()  # in a thread: the program may be ending
        raise
    return finished, rows


class _UnfinishedFile:
    """A file that gets its name when it is complete; until then it has a temporary one of its own.

    Each method may block, and raises OSError; `give_up` waits for one that is running.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = partial_path(path)
        self._file: TextIO | None = None
        self._lock = Lock()
        self._given_up = False

    def open(self) -> None:
        """Create the file and its folder, unless it was given up meanwhile."""
        with self._lock:
            if not self._given_up:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                remove_stale_files(self._path.parent, _STEM)
                self._file = os.fdopen(create_partial_file(self._unfinished), "w", encoding="utf-8")

    def write(self, lines: list[list[str]]) -> None:
        """Add lines, each a list of cells; does nothing before `open`."""
        with self._lock:
            if self._file is not None:
                self._file.writelines("\t".join(cells) + "\n" for cells in lines)

    def finish(self) -> Path:
        """Flush the file and rename it to a free name; returns that."""
        with self._lock:
            if self._file is None:
                return self._path
            self._file.close()
            taken = _take_free_name(self._path)
            self._unfinished.replace(taken)
            return taken

    def give_up(self) -> None:
        """Remove the file, also if it is just being created; does nothing once it has its name."""
        with self._lock:
            self._given_up = True
            if self._file is None:
                return
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                self._unfinished.unlink()


def _take_free_name(path: Path) -> Path:
    """Create an empty file at `path`, or with a number in its name if `path` exists; raises OSError."""
    for number in range(1, MOST_OF_A_NAME + 1):
        place = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        with contextlib.suppress(FileExistsError):
            os.close(create_partial_file(place))
            return place
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
