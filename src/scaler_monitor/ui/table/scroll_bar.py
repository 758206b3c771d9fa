"""The scrollbar of a table; it repaints only the cells that its thumb has left or entered."""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Region
from textual.reactive import Reactive
from textual.scrollbar import ScrollBar, ScrollBarRender


class AsciiThumb(ScrollBarRender):
    """A thumb of whole cells, for terminals without block characters."""

    VERTICAL_BARS = [" "]
    HORIZONTAL_BARS = [" "]


class TableScrollBar(ScrollBar):
    """Textual's vertical scrollbar, without repaints while its thumb does not change."""

    window_virtual_size: Reactive[int] = Reactive(100, repaint=False)
    position: Reactive[float] = Reactive(0, repaint=False)

    def __init__(self, *, is_ascii: bool) -> None:
        super().__init__(vertical=True, name="vertical")
        if is_ascii:
            self.renderer = AsciiThumb  # type: ignore[misc]
        self._thumb: list[Segment] = []

    def on_resize(self) -> None:
        """Compute the thumb for another height; Textual repaints all of it."""
        self._thumb = self._thumb_cells()

    def watch_window_virtual_size(self) -> None:
        """Repaint the thumb if another table length moves it."""
        self._thumb_moved()

    def watch_position(self) -> None:
        """Repaint the thumb if scrolling moves it."""
        self._thumb_moved()

    def _thumb_moved(self) -> None:
        before, self._thumb = self._thumb, self._thumb_cells()
        if len(before) != len(self._thumb):
            self.refresh()
            return
        moved = [
            Region(0, y, 1, 1)
            for y, (was, now) in enumerate(zip(before, self._thumb, strict=True))
            if was != now
        ]
        if moved:
            self.refresh(*moved)

    def _thumb_cells(self) -> list[Segment]:
        """Return the cells from top to bottom, for comparison."""
        drawn = self.renderer.render_bar(
            self.size.height,
            self.window_virtual_size,
            self.window_size if self.window_size < self.window_virtual_size else 0,
            self.position,
        )
        return list(drawn.segments)
