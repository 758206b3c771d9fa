"""The lists of clients and functions beside the workers: client_manager and func_to_num_tasks."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from textual.reactive import reactive
from textual.strip import Strip

from scaler_monitor.protocol.format.amounts import format_count
from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.protocol.format.labels import format_name
from scaler_monitor.protocol.page import Overview
from scaler_monitor.ui.glyphs import UNICODE, Glyphs, fit
from scaler_monitor.ui.painted import Painted

COUNT_WIDTH = 8
LINES_FOR_A_NOTE = 5
"""Minimum number of lines for a list to have a note."""

Part = tuple[str, str]


class _List(NamedTuple):
    """Names with their tasks, most tasks first; `names` is the total number, `note` the start of counting."""

    title: str
    pairs: list[tuple[str, int]]
    names: int | None
    note: str = ""


class TopSide(Painted):
    """Two lists: side by side if the widget is wide, else one above the other."""

    DEFAULT_CSS = """
    TopSide {
        width: 36; height: 1fr; background: $background; color: $foreground;
        &> .top-side--title { color: $text-accent; background: $panel; text-style: bold; }
        &:ansi > .top-side--title { color: $foreground; text-style: reverse; }
        &> .top-side--label { color: $text-muted; }
        &> .top-side--rule { color: $panel-lighten-2; }
    }
    """
    COMPONENT_CLASSES = {"top-side--title", "top-side--label", "top-side--rule"}

    overview: reactive[Overview | None] = reactive(None, repaint=False)
    since: reactive[float | None] = reactive(None, repaint=False)
    """Unix seconds of the start of counting."""
    collector: reactive[int | None] = reactive(None, repaint=False)
    """Process id of the collector that counts."""

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._is_restarted = False

    def watch_overview(self) -> None:
        """Draw a new overview."""
        self.repaint()

    def watch_since(self) -> None:
        """Draw a new start of counting."""
        self.repaint()

    def watch_collector(self, before: int | None, after: int | None) -> None:  # noqa: ARG002
        """Note that counting has restarted with another collector."""
        self._is_restarted = before is not None
        self.repaint()

    def build(self, width: int, height: int) -> list[Strip]:
        """Draw both lists."""
        if self.overview is None:
            return []
        beginning = "began again at" if self._is_restarted else "since"
        note = "" if self.since is None else f"{beginning} {format_time(self.since)}"
        overview = self.overview
        clients = _List("client_manager", overview.client_tasks, overview.clients)
        functions = _List("func_to_num_tasks", overview.function_tasks, overview.function_count, note)
        if width >= 60:
            half = (width - 5) // 2
            left = self._lines_of(clients, half, height)
            right = self._lines_of(functions, width - 5 - half, height)
            return [
                self.line([(" ", ""), *a, (f" {self._glyphs.bar} ", "top-side--rule"), *b], width)
                for a, b in zip(left, right, strict=True)
            ]
        upper = min(max(height // 3, 2), len(clients.pairs) + 2)
        inner = width - 3
        lines = self._lines_of(clients, inner, upper)
        lines += self._lines_of(functions, inner, max(height - upper, 0))
        return [self.line([(f"{self._glyphs.bar} ", "top-side--rule"), *parts], width) for parts in lines]

    def _lines_of(self, shown: _List, width: int, height: int) -> list[list[Part]]:
        title, pairs, names, note = shown
        beside = f"{title} {note}" if note else title
        room = width - COUNT_WIDTH
        if cell_len(beside) < room:
            title, note = beside, ""
        head = fit(title, room, self._glyphs.cut) + "tasks".rjust(COUNT_WIDTH)
        lines: list[list[Part]] = [[(head, "top-side--title")]]
        if note and height >= LINES_FOR_A_NOTE:
            lines.append([(fit(note, width, self._glyphs.cut), "top-side--label")])
        heads = len(lines)
        for name, tasks in pairs:
            label = fit(format_name(name), width - COUNT_WIDTH, self._glyphs.cut)
            lines.append([(label, "top-side--label"), (format_count(tasks).rjust(COUNT_WIDTH), "")])
        if len(lines) > height and height > 1:
            rest = max(names or 0, len(pairs)) - (height - 1 - heads)
            more = fit(f"+{format_count(rest)} more", width, self._glyphs.cut)
            lines = [*lines[: height - 1], [(more, "top-side--label")]]
        blank: list[Part] = [(" " * width, "")]
        return (lines + [blank] * height)[:height]
