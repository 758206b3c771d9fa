"""A whole table as tab-separated text: every row that the filter lets through, in the order shown."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from threading import Thread

import platformdirs

from scaler_monitor.ui.beside import beside_screen
from scaler_monitor.views.column import Table
from scaler_monitor.views.page import TablePage, TableQuestion

ROWS_A_PAGE = 500
MAX_ROWS = 200_000
"""Rows of one file; no table of the monitor holds as many."""


def table_file_path(table: str, now: float) -> Path:
    """Where a table written at unix time `now` goes."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    return platformdirs.user_state_path("scaler-monitor") / f"{table}-{stamp}.tsv"


async def write_table(
    path: Path,
    table: Table,
    hidden: frozenset[str],
    question: TableQuestion,
    ask: Callable[[TableQuestion], Awaitable[TablePage | None]],
) -> int:
    """Ask for page after page and write their rows; returns how many.

    The file appears when it is whole. Raises OSError, and what `ask` raises.
    """
    columns = [(i, column) for i, column in enumerate(table.columns) if column.key not in hidden]
    rows = 0
    file = await beside_screen(partial(_UnfinishedFile, path))
    try:
        await beside_screen(partial(file.write, [["id", *(column.title for _, column in columns)]]))
        while rows < MAX_ROWS:
            page = await ask(question._replace(first=rows, limit=ROWS_A_PAGE, cursor=""))
            if page is None or not page.ids:
                break
            lines = [
                [row_id, *(column.format(values[i]) for i, column in columns)]
                for row_id, values in zip(page.ids, page.rows, strict=True)
            ]
            await beside_screen(partial(file.write, lines))
            rows += len(page.ids)
            if rows >= page.matched:
                break
        await beside_screen(file.finish)
    except BaseException:
        Thread(target=file.give_up, daemon=True).start()  # not waited for: the program may be ending
        raise
    return rows


class _UnfinishedFile:
    """A file that has its name once it is whole. Each method may hang, and raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path, self._unfinished = path, path.with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = self._unfinished.open("w", encoding="utf-8")

    def write(self, lines: list[list[str]]) -> None:
        """Add lines, each a list of cells."""
        self._file.writelines("\t".join(cells) + "\n" for cells in lines)

    def finish(self) -> None:
        """Give it its name."""
        self._file.close()
        self._unfinished.replace(self._path)

    def give_up(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._unfinished.unlink()
