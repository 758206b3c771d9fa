"""Paints the lines of a table as segments: header, rows, and the text of an empty table."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.page import TONE_LETTERS
from scaler_monitor.ui.glyphs import Glyphs, fit
from scaler_monitor.ui.table.column_layout import GAP, GUTTER, Placed
from scaler_monitor.ui.table.window import Row
from scaler_monitor.ui.view_state import TableViewState


class Styles(dict[str, Style]):
    """Styles by name, cached until they are cleared."""

    def __init__(self, style_of: Callable[[str], Style]) -> None:
        super().__init__()
        self._style_of = style_of

    def __missing__(self, name: str) -> Style:
        """Look up a style."""
        style = self[name] = self._style_of(name)
        return style


class LinePainter:
    """Paints with the styles of `style_of`, by names in `styles.PAINTED`; "" is the plain style."""

    def __init__(self, style_of: Callable[[str], Style]) -> None:
        self._styles = Styles(style_of)

    def clear_styles(self) -> None:
        """Discard cached styles: theme, focus or a pseudo class has changed."""
        self._styles.clear()

    def header(self, columns: list[Placed], view: TableViewState, glyphs: Glyphs) -> list[Segment]:
        """Return the titles of columns, with an arrow on the sorted one."""
        plain, marked = self._styles["header"], self._styles["sorted"]
        segments = [Segment(" " * GUTTER, plain)]
        for place in columns:
            column = place.column
            title, style = column.title, plain
            if column.key == view.sort:
                arrow = glyphs.descending if view.descending else glyphs.ascending
                title, style = fit(title, min(len(title), place.width - 1), glyphs.cut) + arrow, marked
            segments.append(Segment(fit(title, place.width, glyphs.cut, column.align) + " " * GAP, style))
        return segments

    def row(
        self, row: Row, columns: list[Placed], view: TableViewState, glyphs: Glyphs, *, has_focus: bool
    ) -> list[Segment]:
        """Return a row: the cursor's mark, the row's mark, then the values in their tones."""
        on_cursor = bool(row.id) and row.id == view.cursor
        faded = row.mark in ("departed", "gone")
        if on_cursor:
            base = self._styles["cursor" if has_focus else "cursor-blurred"]
        else:
            base = self._styles["faded"] if faded else self._styles[""]
        mark, mark_style = " ", base
        if row.mark:
            marks = {"departed": glyphs.departed, "stale": glyphs.stale, "gone": glyphs.gone}
            mark = marks.get(row.mark, " ")
            mark_style = base if on_cursor else self._styles["mark"]
        segments = [Segment(glyphs.cursor if on_cursor else " ", base), Segment(mark, mark_style)]
        toned = 0 if on_cursor or faded else len(row.tones)
        for place in columns:
            value = row.values[place.place] if place.place < len(row.values) else None
            column, style = place.column, base
            if place.place < toned:
                tone = TONE_LETTERS.get(row.tones[place.place])
                if tone:
                    style = self._styles[tone]
            text = fit(format_value(column.kind, value), place.width, glyphs.cut, column.align)
            segments.append(Segment(text + " " * GAP, style))
        return segments

    def sentence(self, text: str) -> list[Segment]:
        """Return a text that is shown instead of rows."""
        return [Segment(" " * GUTTER + text, self._styles["empty"])]

    def strip(self, segments: list[Segment], scrolled: int, width: int, *, ground: str = "") -> Strip:
        """Return exactly `width` cells of a scrolled line; `ground` is the style of empty cells."""
        strip, style = Strip(segments), self._styles[ground]
        if not scrolled and strip.cell_length < width:  # the same result as below, with fewer strips
            return Strip([*segments, Segment(" " * (width - strip.cell_length), style)], width)
        return strip.crop(scrolled).crop(0, width).adjust_cell_length(width, style)
