"""The lines of a widget as they are on the screen, so that only the cells that changed are drawn again."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region, Size
from textual.strip import Strip

from scaler_monitor.ui.painted import changed_spans


class DrawnLines:
    """Keeps lines by their place on the screen; `make` makes the newest one of a place."""

    def __init__(self, make: Callable[[int], Strip]) -> None:
        self._make = make
        self._drawn: dict[int, Strip] = {}

    def clear(self) -> None:
        """Forget all: they are to be made again."""
        self._drawn.clear()

    def line(self, y: int, width: int) -> Strip:
        """The line of a place as it was drawn last; made where there is none of that width."""
        line = self._drawn.get(y)
        if line is None or line.cell_length != width:
            line = self._drawn[y] = self._make(y)
        return line

    def changed(self, size: Size, lines: int | None = None) -> list[Region]:
        """Make all lines, or the first `lines`, again; returns the cells that differ from the screen's."""
        regions = []
        for y in range(size.height)[:lines]:
            old = self._drawn.get(y)
            if old is None:  # what the screen shows there is not known
                regions.append(Region(0, y, size.width, 1))
                continue
            new = self._drawn[y] = self._make(y)
            regions += [Region(x, y, width, 1) for x, width in changed_spans(old, new)]
        return regions
