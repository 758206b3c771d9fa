"""A still link that also answers figures and facts, all hand-made."""

from __future__ import annotations

from scaler_monitor.views.page import (
    Answer,
    ChartFigure,
    ChartSeries,
    FigureQuestion,
    Question,
    StreamBar,
    StreamFigure,
    StreamLane,
)
from tests.ui.still_link import NOW, StillLink


def stream(asked: FigureQuestion) -> StreamFigure:
    """Twelve workers of two managers: single, merged, running, failed, canceled and lost tasks."""
    lanes = []
    for number in range(12):
        bars = [
            StreamBar(0, 1, 9, "success", number % 3, "price", "aa", 0.2 + number * 0.07),
            StreamBar(3, 14, 1, "success", 0, "train_model", "bb", 1.0),
            StreamBar(15, 22, 1, ("failed", "canceled", "failedWorkerDied")[number % 3], 1, "load", "cc", 1.0),
            StreamBar(24, 24, 1, "failed", 1, "load", "cd", 0.3),
            StreamBar(asked.cells - 12, asked.cells - 1, 1, "running", 1, "train_model", "dd", 1.0),
        ]
        manager = "aws-gpu" if number < 6 else "aws-cpu"
        lanes.append(StreamLane(f"Worker|node-{number:02d}", manager, bars, "departed" if number == 4 else ""))
    end = NOW - asked.end_seconds_ago
    return StreamFigure(
        end - asked.window_seconds,
        end,
        12,
        asked.first,
        lanes[asked.first : asked.first + asked.rows],
        [("cpu", 5000), ("gpu", 400), ("", 7)],
        [(end - asked.window_seconds * 0.5, end - asked.window_seconds * 0.4)],
        [("function", "train_model"), ("duration", "12.3s"), ("state", "success")] if asked.cursor_row else [],
    )


def chart(asked: FigureQuestion) -> ChartFigure:
    """Two series that rise and fall, with a gap; counts of durations for a histogram."""
    if asked.figure == "histogram":
        counts = [float(max(0, 40 - abs(x - asked.cells // 3))) for x in range(asked.cells)]
        return ChartFigure(0.001, 100.0, [ChartSeries("tasks", "tasks", list(counts))], [])
    size = 1 << 30 if asked.figure == "memory" else 20
    unit = "bytes" if asked.figure == "memory" else "percent"
    held: list[float | None] = [size * (3 + (x // 7) % 5) * 1.0 for x in range(asked.cells)]
    took: list[float | None] = [size * (1 + (x // 11) % 4) * 1.0 for x in range(asked.cells)]
    for x in range(asked.cells // 2, asked.cells // 2 + 10):
        held[x] = took[x] = None
    end = NOW - asked.end_seconds_ago
    start = end - asked.window_seconds
    gap = [(start + asked.window_seconds / 2, start + asked.window_seconds * (0.5 + 10 / asked.cells))]
    return ChartFigure(
        start, end, [ChartSeries("fleet holds", unit, held), ChartSeries("finished took", unit, took)], gap
    )


class DrawnLink(StillLink):
    """Answers figures and facts as well."""

    async def ask(self, question: Question, timeout: float = 5.0) -> Answer:
        """As the still link, with what is drawn."""
        answer = await super().ask(question, timeout)
        figure = question.figure
        if figure is not None and question.known != self.version:
            drawn = stream(figure) if figure.figure == "stream" else None
            charted = chart(figure) if figure.figure != "stream" else None
            answer = answer._replace(stream=drawn, chart=charted)
        if question.facts_kind:
            answer = answer._replace(facts=[("kind", question.facts_kind), ("id", question.facts_id)])
        return answer
