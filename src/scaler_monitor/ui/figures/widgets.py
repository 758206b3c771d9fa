"""Widgets of the figures; they repaint only cells that have changed."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from scaler_monitor.protocol.page import ChartFigure, StreamFigure
from scaler_monitor.ui.figures.chart_lines import ChartOptions, ChartRenderer, plot_cells
from scaler_monitor.ui.figures.histogram_lines import MOST_BINS, histogram_cells, histogram_lines
from scaler_monitor.ui.figures.stream_lines import StreamOptions, StreamRenderer, time_cells
from scaler_monitor.ui.figures.styled_text import Line, Marks, marks_of, to_strip
from scaler_monitor.ui.figures.value_axis import ValueScale
from scaler_monitor.ui.painted import Painted
from scaler_monitor.ui.themes import Palette, palette_of


class Figure(Painted):
    """A widget that draws `lines(width, height)` in the colours of the app's theme."""

    DEFAULT_CSS = """
    Figure { height: 1fr; width: 1fr; background: $background; color: $foreground; }
    """

    def __init__(self, glyphs: str, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.marks: Marks = marks_of(glyphs)

    @property
    def palette(self) -> Palette:
        """The colours of the present theme."""
        return palette_of(self.app.theme, self.app.no_color)

    def lines(self, width: int, height: int) -> list[Line]:
        """Return at most `height` lines of at most `width` cells."""
        raise NotImplementedError

    def build(self, width: int, height: int) -> list[Strip]:
        """Return the lines in the theme's colours."""
        palette, ground = self.palette, Style(bgcolor=self.rich_style.bgcolor)
        return [to_strip(line, palette, width).apply_style(ground) for line in self.lines(width, height)]


class TextLines(Figure):
    """A few lines of text."""

    DEFAULT_CSS = """
    TextLines { height: 1; }
    """

    def __init__(self, glyphs: str, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(glyphs, id=id, classes=classes)
        self._text: list[Line] = []

    def set_lines(self, lines: list[Line]) -> None:
        """Replace the lines."""
        self._text = lines
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002
        """Return the lines of the last `set_lines`."""
        return self._text


class TaskStream(Figure):
    """The worker task stream."""

    def __init__(self, glyphs: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(glyphs, id=id)
        self.figure: StreamFigure | None = None
        self.options = StreamOptions()
        self.lane_lines: list[int] = []

    @property
    def cells(self) -> int:
        """Width of the time axis in cells."""
        return time_cells(max(self.size.width, 1))

    def set_figure(self, figure: StreamFigure | None, options: StreamOptions) -> None:
        """Show a figure with these display options."""
        self.figure, self.options = figure, options
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        """Return lanes, axis and legend of the figure; empty before the first."""
        if self.figure is None:
            return []
        picture = StreamRenderer(self.figure, width, height, self.marks, self.options)
        self.lane_lines = picture.lane_lines
        return picture.lines


class Chart(Figure):
    """A chart over time; its value axis is kept while it fits the values."""

    def __init__(self, glyphs: str, title: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(glyphs, id=id)
        self.title = title
        self.figure: ChartFigure | None = None
        self.options = ChartOptions()
        self._scale: ValueScale | None = None

    @property
    def cells(self) -> int:
        """Number of values that fit the width: two per cell with braille dots."""
        return plot_cells(max(self.size.width, 1)) * (2 if self.marks.braille else 1)

    def set_figure(self, figure: ChartFigure | None, options: ChartOptions) -> None:
        """Show a figure with these display options."""
        self.figure, self.options = figure, options
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        """Return legend, plot and axis of the figure; empty before the first."""
        if self.figure is None:
            return []
        picture = ChartRenderer(
            self.figure, self.figure.series, width, height, self.marks, self.options, self._scale, self.title
        )
        self._scale = picture.scale
        return picture.lines


class Histogram(Figure):
    """A histogram of task durations."""

    DEFAULT_CSS = """
    Histogram { height: 10; }
    """

    def __init__(self, glyphs: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(glyphs, id=id)
        self.figure: ChartFigure | None = None

    @property
    def cells(self) -> int:
        """Number of bins for the question; a wide screen draws each bin in several cells."""
        return min(histogram_cells(self.size.width), MOST_BINS)

    def set_figure(self, figure: ChartFigure | None) -> None:
        """Show a figure."""
        self.figure = figure
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        """Return bins and axis of the figure; empty before the first."""
        return [] if self.figure is None else histogram_lines(self.figure, width, height, self.marks)
