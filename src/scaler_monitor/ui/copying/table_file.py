"""A whole table as tab-separated text: every row that the filter lets through, in the order shown."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import platformdirs

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
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    columns = [(i, column) for i, column in enumerate(table.columns) if column.key not in hidden]
    rows = 0
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.write("\t".join(["id", *(column.title for _, column in columns)]) + "\n")
            while rows < MAX_ROWS:
                page = await ask(question._replace(first=rows, limit=ROWS_A_PAGE, cursor=""))
                if page is None or not page.ids:
                    break
                for row_id, values in zip(page.ids, page.rows, strict=True):
                    file.write(
                        "\t".join([row_id, *(column.format(values[i]) for i, column in columns)]) + "\n"
                    )
                rows += len(page.ids)
                if rows >= page.matched:
                    break
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
    return rows
