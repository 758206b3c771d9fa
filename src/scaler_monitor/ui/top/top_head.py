"""Draws the sections of the top view: side by side if they fit, else in few lines."""

from __future__ import annotations

from rich.cells import cell_len
from textual.reactive import reactive
from textual.strip import Strip

from scaler_monitor.protocol.format.amounts import count_with_noun, format_bytes, format_count, format_rate
from scaler_monitor.protocol.format.labels import state_label
from scaler_monitor.protocol.page import Overview
from scaler_monitor.ui.glyphs import UNICODE, Glyphs, fit
from scaler_monitor.ui.painted import Painted
from scaler_monitor.ui.top.sections import LabelledValue, Section, sections, sparkline, totals

WIDE = 100
"""Minimum width for sections side by side."""
FACTS_WIDTH, TASKS_WIDTH, MESSAGES_WIDTH = 20, 26, 42
LEAST_MESSAGES_WIDTH = 24
RATE_WIDTH, COUNT_WIDTH = 8, 8
BETWEEN = 3
SENT = "sent"
"""Short label of the scheduler's state `running`."""
ALWAYS_SHOWN = ("inactive", SENT, "success", "failed")
"""States that a narrow screen shows even if they are zero."""
SPARK_WIDTH = 20

Part = tuple[str, str]


class TopHead(Painted):
    """Scheduler, objects, task states and messages, then the totals; it sets its own height."""

    DEFAULT_CSS = """
    TopHead {
        height: 4; width: 1fr; background: $background; color: $foreground;
        &> .top-head--title { color: $text-accent; text-style: bold; }
        &> .top-head--label { color: $text-muted; }
        &> .top-head--dim { color: $text-muted; }
        &> .top-head--rule { color: $panel-lighten-2; }
        &> .top-head--warn { color: $text-warning; }
        &> .top-head--bad { color: $text-error; text-style: bold; }
        &> .top-head--accent { color: $text-accent; }
        &> .top-head--totals { color: $text; text-style: bold; }
    }
    """
    COMPONENT_CLASSES = {
        "top-head--title",
        "top-head--label",
        "top-head--dim",
        "top-head--rule",
        "top-head--warn",
        "top-head--bad",
        "top-head--accent",
        "top-head--totals",
    }

    overview: reactive[Overview | None] = reactive(None, repaint=False)

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._limit = 20

    def set_max_height(self, lines: int) -> None:
        """Set the maximum height, in lines."""
        self._limit = max(lines, 1)
        self._resized()

    def watch_overview(self) -> None:
        """Set the height for a new overview."""
        self._resized()

    def on_resize(self) -> None:
        """Set the height for a new width."""
        self._resized()

    def _resized(self) -> None:
        if not self.is_attached or self.size.width == 0:
            return
        lines = max(len(self._all(self.size.width)), 1)
        if self.styles.height is None or self.styles.height.value != lines:
            self.styles.height = lines
        self.repaint()

    def build(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002
        """Draw the sections side by side if they fit, else as text lines."""
        return [self.line(parts, width) for parts in self._all(width)]

    def _all(self, width: int) -> list[list[Part]]:
        if self.overview is None:
            return [[(" waiting for the first report", "top-head--label")]]
        if self._limit < 2:
            return [self._totals(width)]
        wide = width >= WIDE and self._limit >= 8
        body = self._side_by_side(width) if wide else self._in_words(width, self._limit - 1)
        body = body[: self._limit - 1]
        return [*body, self._totals(width)]

    def _totals(self, width: int) -> list[Part]:
        overview = self.overview
        assert overview is not None
        waiting = [
            (
                f"{format_count(overview.inactive)} inactive",
                "warn" if overview.tasks_wait_while_idle else "totals",
            ),
            (f"{format_count(overview.queued)} queued", "label"),
        ]
        rate = f"{format_rate(overview.task_rate)} tasks done"
        held = f"{format_bytes(overview.worker_rss_bytes)} held by workers"
        agents = f" (agents {format_bytes(overview.agent_rss_bytes)})"
        room = width - 2 - sum(len(text) + BETWEEN for text, _ in waiting)
        parts: list[Part] = [(" ", "")]
        for text, tone in totals(overview, room):
            parts.append((text, f"top-head--{tone or 'totals'}"))
        facts = [*waiting, (rate, "label"), (held + agents, "label")]
        said = sum(len(text) for text, _ in parts) + 1
        for shorter in (facts, [*facts[:-1], (held, "label")], facts[:3], waiting, waiting[:1], []):
            if said + sum(len(text) + BETWEEN for text, _ in shorter) <= width:
                facts = shorter
                break
        for text, style in facts:
            parts += [(f" {self._glyphs.dot} ", "top-head--label"), (text, f"top-head--{style}")]
        return parts

    # Narrow: lines of labels and values

    def _in_words(self, width: int, room: int) -> list[list[Part]]:
        """Return lines with scheduler, objects and task states; only the states if there is no more space."""
        assert self.overview is not None
        scheduler, objects, tasks, *_ = sections(self.overview)
        objects = _renamed(objects)
        called = {state_label("running"): SENT}
        tasks = tasks._replace(
            figures=[f._replace(label=called.get(f.label, f.label)) for f in tasks.figures]
        )
        tasks = tasks._replace(
            figures=[f for f in tasks.figures if f.value != "0" or f.label in ALWAYS_SHOWN] or tasks.figures
        )
        states = self._flow([("tasks", tasks.figures)], width)
        if len(states) > room:
            some = [figure for figure in tasks.figures if figure.value != "0"]
            states = self._flow([("tasks", some or tasks.figures)], width)
        lines = self._flow([("scheduler", scheduler.figures), ("objects", objects.figures)], width)
        with_objects = self._flow(
            [("scheduler", scheduler.figures), ("objects", self._objects_with_waiting(objects))], width
        )
        lines = with_objects if len(with_objects) <= len(lines) else lines
        if len(lines) > 1 and objects.figures[-1].value == "0":  # no request waits, so it can be left out
            lines = self._flow([("scheduler", scheduler.figures), ("objects", objects.figures[:-1])], width)
        return lines[: max(room - len(states), 0)] + states

    def _flow(self, groups: list[tuple[str, list[LabelledValue]]], width: int) -> list[list[Part]]:
        """Return the values in lines of `width` cells, with smaller gaps if that saves a line."""
        wide, close = (self._flow_apart(groups, width, gap) for gap in ("  ", " "))
        return wide if len(wide) == len(close) else close

    def _flow_apart(
        self, groups: list[tuple[str, list[LabelledValue]]], width: int, gap: str
    ) -> list[list[Part]]:
        lines: list[list[Part]] = [[]]
        used = 0
        for title, figures in groups:
            for i, figure in enumerate(figures):
                style = f"top-head--{figure.tone}" if figure.tone else ""
                label = f"{figure.label} " if figure.label else ""
                title_cells = cell_len(title) + 1 if i == 0 else 0
                cells = len(gap) + title_cells + cell_len(label) + cell_len(figure.value)
                if used and used + cells > width:
                    lines.append([])
                    used = 0
                lead = gap if used else " " if i == 0 else " " * 7
                if i == 0:
                    lines[-1] += [(f"{lead}{title}", "top-head--title")]
                    lead = " "
                lines[-1] += [(f"{lead}{label}", "top-head--label"), (figure.value, style)]
                used = sum(cell_len(text) for text, _ in lines[-1])
        return lines

    def _objects_with_waiting(self, objects: Section) -> list[LabelledValue]:
        """Return the values of `objects`, with the number of awaited objects after the waiting requests."""
        storage = self.overview.storage if self.overview is not None else None
        if storage is None or not storage[3]:
            return objects.figures
        *others, waiting = objects.figures
        return [*others, waiting._replace(value=f"{waiting.value} ({count_with_noun(storage[4], 'object')})")]

    # Wide: columns of labels and values

    def _side_by_side(self, width: int) -> list[list[Part]]:
        overview, rows = self.overview, self._limit - 1
        assert overview is not None
        scheduler, objects, tasks, sent, received = sections(overview)
        messages = min((width - FACTS_WIDTH - TASKS_WIDTH - 3 * BETWEEN - 2) // 2, MESSAGES_WIDTH)
        columns = [
            self._column([scheduler, objects], FACTS_WIDTH, rows),
            self._column([tasks], TASKS_WIDTH, rows),
        ]
        widths = [FACTS_WIDTH, TASKS_WIDTH]
        for section in (sent, received):
            columns.append(self._column([section], messages, rows))
            widths.append(messages)
        left = width - 2 - sum(widths) - BETWEEN * len(widths)
        if left >= SPARK_WIDTH:
            columns.append(self._memory(overview, left))
            widths.append(left)
        lines = []
        bar = (f" {self._glyphs.bar} ", "top-head--rule")
        for y in range(max(len(column) for column in columns)):
            line: list[Part] = [(" ", "")]
            for i, (column, cells) in enumerate(zip(columns, widths, strict=True)):
                if i:
                    line.append(bar)
                line += column[y] if y < len(column) else [(" " * cells, "")]
            lines.append(line)
        return lines

    def _column(self, blocks: list[Section], width: int, rows: int) -> list[list[Part]]:
        lines: list[list[Part]] = []
        for section in blocks:
            if lines:
                lines.append([(" " * width, "")])
            lines.append([(fit(section.title, width, self._glyphs.cut), "top-head--title")])
            lines += [self._figure(figure, width) for figure in section.figures]
        if len(lines) > rows:
            more = f"+{len(lines) - rows + 1} more"
            lines = [*lines[: rows - 1], [(fit(more, width, self._glyphs.cut), "top-head--dim")]]
        return lines

    def _figure(self, figure: LabelledValue, width: int) -> list[Part]:
        with_rate = width >= LEAST_MESSAGES_WIDTH + RATE_WIDTH + 2
        label = width - COUNT_WIDTH - (RATE_WIDTH if with_rate else 0)
        style = f"top-head--{figure.tone}" if figure.tone else ""
        parts: list[Part] = [
            (fit(figure.label, label, self._glyphs.cut), "top-head--label"),
            (figure.value.rjust(COUNT_WIDTH), style),
        ]
        if with_rate:
            parts.append((figure.rate.rjust(RATE_WIDTH), "top-head--dim"))
        return parts

    def _memory(self, overview: Overview, width: int) -> list[list[Part]]:
        lines: list[list[Part]] = [[(fit("memory", width, self._glyphs.cut), "top-head--title")]]
        for name, now, history in (
            ("scheduler", overview.rss_bytes, overview.rss_history),
            ("workers", overview.worker_rss_bytes, overview.worker_rss_history),
        ):
            lines.append(
                [
                    (name.ljust(width - COUNT_WIDTH), "top-head--label"),
                    (format_bytes(now).rjust(COUNT_WIDTH), ""),
                ]
            )
            lines.append([(sparkline(history, width, self._glyphs).rjust(width), "top-head--accent")])
            lines.append([(" " * width, "")])
        return lines


def _renamed(objects: Section) -> Section:
    names = {"num_of_objs": "", "storage_size": "size", "storage_wait": "wait"}
    figures = [
        figure._replace(label=names[figure.label]) for figure in objects.figures if figure.label in names
    ]
    return objects._replace(figures=figures)
