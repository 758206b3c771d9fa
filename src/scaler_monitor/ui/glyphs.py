"""The glyphs that are drawn beside text, with ASCII replacements for terminals without them."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of glyphs; each is one cell wide."""

    name: str
    cut: str  # text goes on
    descending: str
    ascending: str
    cursor: str
    departed: str
    stale: str
    gone: str
    rule: str
    bar: str  # between sections
    dot: str  # between facts
    crumb: str
    levels: str  # a sparkline's steps, lowest first


UNICODE = Glyphs("unicode", "…", "▼", "▲", "▸", "†", "~", "×", "─", "│", "·", "›", "▁▂▃▄▅▆▇█")  # noqa: RUF001
ASCII = Glyphs("ascii", "+", "v", "^", ">", "x", "~", "#", "-", "|", "-", ">", "_.-=*#")

LOCALE_VARIABLES = "LC_ALL", "LC_CTYPE", "LANG"
"""Variables with the locale's name; the first one that is set is used."""


def choose_glyphs(
    setting: str = "auto", environment: Mapping[str, str] | None = None, encoding: str | None = None
) -> Glyphs:
    """The glyphs for a terminal: `setting` is "auto", "unicode" or "ascii".

    "auto" goes by the locale's name where it has one: Python takes UTF-8 for LC_ALL=C as well.
    """
    if setting != "auto":
        return ASCII if setting == "ascii" else UNICODE
    environment = os.environ if environment is None else environment
    encoding = locale.getpreferredencoding(False) if encoding is None else encoding
    named = next((environment[name] for name in LOCALE_VARIABLES if environment.get(name)), encoding)
    if environment.get("TERM") == "linux" or not all("utf" in text.lower() for text in (encoding, named)):
        return ASCII
    return UNICODE


def fit(text: str, width: int, cut: str, align: str = "left") -> str:
    """`text` in exactly `width` cells, ended by `cut` or padded; `align` "right" pads in front."""
    if width <= 0:
        return ""
    if text.isascii():
        length = len(text)
        if length > width:
            return text[: width - 1] + cut
        return text.rjust(width) if align == "right" else text.ljust(width)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + cut
    padding = " " * (width - length)
    return padding + text if align == "right" else text + padding


def cut_end(text: str, width: int, cut: str) -> str:
    """Return `text` in at most `width` cells; a longer one is truncated and ends with `cut`."""
    return fit(text, min(cell_len(text), width), cut)


def cut_middle(text: str, width: int, glyphs: Glyphs) -> str:
    """Return `text` in at most `width` cells; a longer one loses its middle, since its ends identify it."""
    if cell_len(text) <= width:
        return text
    head = (width - 1) // 2
    tail = width - 1 - head
    end = text
    while cell_len(end) > tail:
        end = end[1:]
    return set_cell_size(text, head) + glyphs.cut + end
