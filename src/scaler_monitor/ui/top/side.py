"""Who uses the cluster and for what: client_manager and func_to_num_tasks beside the workers."""

from __future__ import annotations

from textual.reactive import reactive
from textual.strip import Strip

from scaler_monitor.ui.glyphs import UNICODE, Glyphs, fit
from scaler_monitor.ui.painted import Painted
from scaler_monitor.views.format import format_count, format_name
from scaler_monitor.views.page import Overview

COUNT_WIDTH = 8

Part = tuple[str, str]


class TopSide(Painted):
    """Two lists, one above the other where it is high, side by side where it is wide."""

    DEFAULT_CSS = """
    TopSide {
        width: 36; height: 1fr; background: $background; color: $foreground;
        &> .top-side--title { color: $text-accent; background: $panel; text-style: bold; }
        &> .top-side--label { color: $text-muted; }
        &> .top-side--rule { color: $panel-lighten-2; }
    }
    """
    COMPONENT_CLASSES = {"top-side--title", "top-side--label", "top-side--rule"}

    overview: reactive[Overview | None] = reactive(None, repaint=False)

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._glyphs = glyphs

    def watch_overview(self) -> None:
        """News."""
        self.repaint()

    def build(self, width: int, height: int) -> list[Strip]:
        """The lines."""
        if self.overview is None:
            return []
        clients = ("client_manager", self.overview.client_tasks, self.overview.clients)
        functions = ("func_to_num_tasks", self.overview.function_tasks, self.overview.function_count)
        if width >= 60:
            half = (width - 5) // 2
            left = self._list(*clients, half, height)
            right = self._list(*functions, width - 5 - half, height)
            return [
                self.line([(" ", ""), *a, (f" {self._glyphs.bar} ", "top-side--rule"), *b], width)
                for a, b in zip(left, right, strict=True)
            ]
        upper = min(max(height // 3, 2), len(clients[1]) + 2)
        inner = width - 3
        lines = self._list(*clients, inner, upper) + self._list(*functions, inner, max(height - upper, 0))
        return [self.line([(f"{self._glyphs.bar} ", "top-side--rule"), *parts], width) for parts in lines]

    def _list(
        self, title: str, pairs: list[tuple[str, int]], count: int | None, width: int, height: int
    ) -> list[list[Part]]:
        head = fit(title, width - COUNT_WIDTH, "left", self._glyphs) + "tasks".rjust(COUNT_WIDTH)
        lines: list[list[Part]] = [[(head, "top-side--title")]]
        for name, tasks in pairs:
            label = fit(format_name(name), width - COUNT_WIDTH, "left", self._glyphs)
            lines.append([(label, "top-side--label"), (format_count(tasks).rjust(COUNT_WIDTH), "")])
        if len(lines) > height and height > 1:
            rest = max(count or 0, len(pairs)) - (height - 2)
            more = fit(f"+{format_count(rest)} more", width, "left", self._glyphs)
            lines = [*lines[: height - 1], [(more, "top-side--label")]]
        blank: list[Part] = [(" " * width, "")]
        return (lines + [blank] * height)[:height]
