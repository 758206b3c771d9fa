"""Widgets that are drawn line by line and repaint only the cells that changed.

Textual repaints whole dirty regions, so the regions are kept small: new lines are compared with those on the
screen, and only the cells that differ are marked dirty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import ne

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

LONGEST_GAP = 16
"""So many unchanged cells cost no more bytes than moving the cursor and setting the colours again."""


def changed_spans(old: Strip, new: Strip) -> list[tuple[int, int]]:
    """The runs of cells (first, width) in which two lines of equal length differ; near ones are joined.

    If both lines have segments of the same lengths, only segments that differ are compared cell by cell. If a
    changed part has wide or combining characters, the whole line counts as changed.
    """
    if old == new:
        return []
    before, after = list(old), list(new)
    if len(before) != len(after):
        return _changed_cells(before, after)
    spans: list[tuple[int, int]] = []
    x = 0
    for was, now in zip(before, after, strict=True):
        width = now.cell_length
        if was != now:
            if was.cell_length != width:
                return _changed_cells(before, after)
            if not (_is_plain(was.text) and _is_plain(now.text)):
                return [(0, old.cell_length)]
            found = _differing(was.text, now.text, x) if was.style == now.style else [(x, width)]
            if spans and found and sum(spans[-1]) == found[0][0]:
                spans[-1] = (spans[-1][0], spans[-1][1] + found.pop(0)[1])
            spans += found
        x += width
    return spans


def _changed_cells(before: list[Segment], after: list[Segment]) -> list[tuple[int, int]]:
    """Return the changed cells of lines with segments of different lengths."""
    was, now = _cells(before), _cells(after)
    if was is None or now is None or len(was) != len(now):
        return [(0, max(sum(segment.cell_length for segment in line) for line in (before, after)))]
    return _differing(was, now, 0)


def _cells(segments: list[Segment]) -> list[tuple[str, Style | None]] | None:
    """(character, style) of each cell; None if a character takes more or less than one cell."""
    if not all(_is_plain(segment.text) for segment in segments):
        return None
    return [(character, segment.style) for segment in segments for character in segment.text]


def _is_plain(text: str) -> bool:
    return text.isascii() or _is_narrow(text)


@lru_cache(4096)
def _is_narrow(text: str) -> bool:
    """Whether every character takes one cell."""
    return all(cell_len(character) == 1 for character in text)


def _differing(was: Sequence[object], now: Sequence[object], x: int) -> list[tuple[int, int]]:
    """The runs of cells (first, width) that differ; the first cell is `x`, and near runs are joined."""
    spans: list[tuple[int, int]] = []
    for at in [at for at, differs in enumerate(map(ne, was, now), x) if differs]:
        if spans and at - sum(spans[-1]) <= LONGEST_GAP:
            spans[-1] = (spans[-1][0], at + 1 - spans[-1][0])
        else:
            spans.append((at, 1))
    return spans


def changed_regions(old: list[Strip], new: list[Strip]) -> list[Region]:
    """The regions in which two lists of lines differ; lines that only one has count as changed."""
    regions = [
        Region(x, y, width, 1)
        for y, (was, now) in enumerate(zip(old, new, strict=False))
        for x, width in changed_spans(was, now)
    ]
    for y in range(min(len(old), len(new)), max(len(old), len(new))):
        line = new[y] if y < len(new) else old[y]
        regions.append(Region(0, y, max(line.cell_length, 1), 1))
    return regions


class Painted(Widget):
    """A widget whose lines are created by `build` after each call of `repaint`."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._lines: list[Strip] = []
        self._built_for: tuple[int, int] = (-1, -1)
        self._styles_by_class: dict[str, Style] = {}

    def build(self, width: int, height: int) -> list[Strip]:
        """The lines for `width` x `height` cells."""
        raise NotImplementedError

    def component_style(self, name: str) -> Style:
        """The style of component class `name`, looked up once until styles change."""
        style = self._styles_by_class.get(name)
        if style is None:
            style = self.get_component_rich_style(name) if name else self.rich_style
            self._styles_by_class[name] = style
        return style

    def line(self, parts: Iterable[tuple[str, str]], width: int) -> Strip:
        """A line of (text, component class) in exactly `width` cells."""
        segments = [Segment(text, self.component_style(name)) for text, name in parts if text]
        return Strip(segments).adjust_cell_length(width, self.component_style(""))

    def repaint(self) -> None:
        """Build the lines again and mark the changed cells dirty; cheap if nothing changed."""
        if not self.is_attached or not self.display:
            return
        size = (self.size.width, self.size.height)
        if size != self._built_for:
            self.refresh()
            return
        lines = self._build_lines(*size)
        regions = changed_regions(self._lines, lines)
        self._lines = lines
        if regions:
            self.refresh(*regions)

    def _build_lines(self, width: int, height: int) -> list[Strip]:
        ground = self.component_style("")
        lines = [line.adjust_cell_length(width, ground) for line in self.build(width, height)]
        return lines[:height]

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        size = (self.size.width, self.size.height)
        if size != self._built_for:
            self._lines = self._build_lines(*size)
            self._built_for = size
        return self._lines[y] if y < len(self._lines) else Strip.blank(size[0], self.component_style(""))

    def notify_style_update(self) -> None:
        """Look styles up again: the theme or a pseudo class changed."""
        super().notify_style_update()
        self._styles_by_class.clear()
        self._built_for = (-1, -1)
