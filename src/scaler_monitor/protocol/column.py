"""What a column is: one definition drives header, sort keys, widths, help, text and exports."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["", "good", "warn", "bad", "dim", "accent"]
"""What a value means to an operator; screens turn it into colour, beside a glyph or a word."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. Rows carry raw values; `format` makes the text of one cell."""

    key: str
    title: str
    width: int  # cells, without the gap between columns
    format: Callable[[Any], str]
    align: Literal["left", "right"] = "right"
    shortcut: str = ""  # the key that sorts a worker table by it
    rank: int = 0  # 0 is always shown; higher ranks leave a narrow screen first
    grow: int = 0  # share of the width that is left over
    tone: Callable[[Any], Tone] | None = None
    describe: str = ""  # one line for help


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns and the order it starts in. Row ids are text, unique within the table."""

    key: str
    title: str
    columns: tuple[Column, ...]
    sort: str  # column key
    descending: bool = True
    hidden: frozenset[str] = frozenset()  # columns that are off until chosen
    of_now: bool = False  # figures are of this moment, and unknown once the thing has left
    notes: tuple[str, ...] = ()  # what figures mean, most worth knowing first; see `notes_on`

    def of_gone(self, row: list[Any]) -> list[Any]:
        """Return the row of a thing that has gone: its names, and its figures unless the table is of now."""
        if not self.of_now:
            return row
        named = (column.align == "left" for column in self.columns)
        return [value if keep else None for value, keep in zip(row, named, strict=True)]

    def notes_on(self, shown: Collection[str]) -> list[str]:
        """The notes, without those that begin with the title of a column whose key is not in `shown`."""
        keys = {column.title: column.key for column in self.columns}
        about = [(keys.get(re.split(":| = ", note)[0]), note) for note in self.notes]
        return [note for key, note in about if key is None or key in shown]

    def index(self, key: str) -> int:
        """Position of column `key` in rows; raises KeyError for a column it has not."""
        for position, column in enumerate(self.columns):
            if column.key == key:
                return position
        raise KeyError(key)
