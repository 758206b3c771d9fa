"""The lines of a widget as they are on the screen, so that only changed cells are drawn again."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region, Size
from textual.strip import Strip

from scaler_monitor.ui.painted import changed_spans


class DrawnLines:
    """Keeps lines by their position on the screen; `make` returns the present line of a position."""

    def __init__(self, make: Callable[[int], Strip]) -> None:
        self._make = make
        self._drawn: dict[int, Strip] = {}

    def clear(self) -> None:
        """Discard all lines."""
        self._drawn.clear()

    def line(self, y: int, width: int) -> Strip:
        """Return the line at a position as last drawn; a new one if there is none of this width."""
        line = self._drawn.get(y)
        if line is None or line.cell_length != width:
            line = self._drawn[y] = self._make(y)
        return line

    def changed(self, size: Size, lines: int | None = None) -> list[Region]:
        """Make all lines, or the first `lines`, again; return the cells that differ from the screen."""
        regions = []
        for y in range(size.height)[:lines]:
            old = self._drawn.get(y)
            if old is None:  # the content of the screen there is unknown
                regions.append(Region(0, y, size.width, 1))
                continue
            new = self._drawn[y] = self._make(y)
            regions += [Region(x, y, width, 1) for x, width in changed_spans(old, new)]
        return regions
