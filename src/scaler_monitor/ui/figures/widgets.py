"""Widgets of the figures: each builds its lines once for a new figure and repaints what changed."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from scaler_monitor.protocol.page import ChartFigure, StreamFigure
from scaler_monitor.ui.figures.chart_lines import ChartLook, ChartPicture, plot_cells
from scaler_monitor.ui.figures.histogram_lines import MOST_BINS, histogram_cells, histogram_lines
from scaler_monitor.ui.figures.stream_lines import StreamLook, StreamPicture, time_cells
from scaler_monitor.ui.figures.styled_text import Line, Marks, marks_of, to_strip
from scaler_monitor.ui.figures.value_axis import ValueScale
from scaler_monitor.ui.painted import Painted
from scaler_monitor.ui.themes import Palette, palette_of


class Figure(Painted):
    """A widget that draws `lines(width, height)` in the palette of the app's theme."""

    DEFAULT_CSS = """
    Figure { height: 1fr; width: 1fr; background: $background; color: $foreground; }
    """

    def __init__(self, glyphs: str, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.marks: Marks = marks_of(glyphs)

    @property
    def palette(self) -> Palette:
        """The colours of the theme in force."""
        return palette_of(self.app.theme, self.app.no_color)

    def lines(self, width: int, height: int) -> list[Line]:
        """Return at most `height` lines of at most `width` cells, with names of colours."""
        raise NotImplementedError

    def build(self, width: int, height: int) -> list[Strip]:
        """The lines in the theme's colours."""
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

    def put(self, lines: list[Line]) -> None:
        """Replace the lines."""
        self._text = lines
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002
        """Return the lines that were put last."""
        return self._text


class TaskStream(Figure):
    """The worker task stream."""

    def __init__(self, glyphs: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(glyphs, id=id)
        self.figure: StreamFigure | None = None
        self.look = StreamLook()
        self.lane_lines: list[int] = []

    @property
    def cells(self) -> int:
        """Cells for time."""
        return time_cells(max(self.size.width, 1))

    def put(self, figure: StreamFigure | None, look: StreamLook) -> None:
        """Show a figure with these display options."""
        self.figure, self.look = figure, look
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the lanes of the newest figure, its axis and its legend; nothing before the first."""
        if self.figure is None:
            return []
        picture = StreamPicture(self.figure, width, height, self.marks, self.look)
        self.lane_lines = picture.lane_lines
        return picture.lines


class Chart(Figure):
    """A rolling chart; its value axis stays until the values leave it."""

    def __init__(self, glyphs: str, title: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(glyphs, id=id)
        self.title = title
        self.figure: ChartFigure | None = None
        self.look = ChartLook()
        self._scale: ValueScale | None = None

    @property
    def cells(self) -> int:
        """How many values fit beside each other: two in a cell with braille dots."""
        return plot_cells(max(self.size.width, 1)) * (2 if self.marks.braille else 1)

    def put(self, figure: ChartFigure | None, look: ChartLook) -> None:
        """Show a figure with these display options."""
        self.figure, self.look = figure, look
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        """Return legend, plot and axis of the newest figure; nothing before the first."""
        if self.figure is None:
            return []
        picture = ChartPicture(
            self.figure, self.figure.series, width, height, self.marks, self.look, self._scale, self.title
        )
        self._scale = picture.scale
        return picture.lines


class Histogram(Figure):
    """A histogram of how long tasks took."""

    DEFAULT_CSS = """
    Histogram { height: 10; }
    """

    def __init__(self, glyphs: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(glyphs, id=id)
        self.figure: ChartFigure | None = None

    @property
    def cells(self) -> int:
        """Bins to ask for: a wide screen draws each over several cells."""
        return min(histogram_cells(self.size.width), MOST_BINS)

    def put(self, figure: ChartFigure | None) -> None:
        """Show a figure."""
        self.figure = figure
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        """Return bins and axis of the newest figure; nothing before the first."""
        return [] if self.figure is None else histogram_lines(self.figure, width, height, self.marks)
