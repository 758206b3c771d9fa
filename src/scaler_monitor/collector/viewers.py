"""Viewers and their questions, each answered from the last finished state or from its own paused snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.protocol.page import HELD, NOW, Answer, Moment, Question, Status
from scaler_monitor.query.answer import answer_question
from scaler_monitor.query.row_cache import forget_rows

if TYPE_CHECKING:
    from scaler_monitor.model.cluster_state import ClusterState

MAX_VIEWERS = 16
"""Viewers remembered at once; one more makes the longest silent one forgotten."""

FORGET_AFTER_SECONDS = 24 * 3600.0
"""A viewer that asked nothing for so long loses its paused snapshot: one may be stopped for a night."""

MAX_ROWS = 5000
MAX_TABLES = 16
MAX_FIGURES = 4
MAX_CELLS = 2000


@dataclass(slots=True)
class _Viewer:
    last_asked: float
    question: Question | None = None
    paused_since: float | None = None
    snapshot: ClusterState | None = None


class Viewers:
    """Answers the viewers of one cluster. Not for several threads at once, nor while the cluster changes."""

    def __init__(self, cluster: ClusterState) -> None:
        self._cluster = cluster
        self._viewers: dict[str, _Viewer] = {}

    def answer(
        self, question: Question, status: Status, revision: int, now: float, asked: float | None = None
    ) -> Answer:
        """Answer at unix time `now` from the state that `revision` numbers, or say that nothing is new.

        Nothing is new when the viewer holds an answer to the same question of the same revision, or of
        the same pause. A moment of the past is refused. `asked` is when, by the clock of `forget_silent`,
        should that not be `now`.
        """
        viewer = self._viewer(question.viewer, now if asked is None else asked)
        if why := refusal_reason(question.at):
            return Answer(-1, status, None, None, None, None, None, why)
        question = _within_bounds(question)
        same_question = viewer.question == question._replace(known=-1)
        viewer.question = question._replace(known=-1)
        cluster = self._cluster
        version, moment = revision, now
        if question.at == NOW:
            viewer.snapshot = viewer.paused_since = None
        else:
            if viewer.snapshot is None or viewer.paused_since is None:
                viewer.snapshot, viewer.paused_since = self._cluster.snapshot(), now
            cluster, moment = viewer.snapshot, viewer.paused_since
            version = -2 - int(moment * 1000)  # one pause has one version, which no revision equals
        if same_question and question.known == version:
            return Answer(version, status, viewer.paused_since, None, None, None, None)
        answer = answer_question(cluster, status, question, moment)
        return answer._replace(version=version, status=status, paused_since=viewer.paused_since)

    def before_change(self) -> None:
        """Say that the cluster is about to change."""
        forget_rows(self._cluster)

    def paused_since(self, name: str) -> float | None:
        """Return since when a viewer's snapshot is held; any thread may ask."""
        viewer = self._viewers.get(name)
        return None if viewer is None else viewer.paused_since

    def forget_silent(self, now: float) -> None:
        """Let go of viewers, and of their paused pictures, that have asked nothing for long."""
        for name in [
            name
            for name, viewer in self._viewers.items()
            if not 0 <= now - viewer.last_asked <= FORGET_AFTER_SECONDS
        ]:
            del self._viewers[name]

    def _viewer(self, name: str, now: float) -> _Viewer:
        viewer = self._viewers.pop(name, None) or _Viewer(now)
        viewer.last_asked = now
        self._viewers[name] = viewer  # the last one to have asked stands last
        while len(self._viewers) > MAX_VIEWERS:
            del self._viewers[next(iter(self._viewers))]
        return viewer


def refusal_reason(moment: Moment) -> str:
    """Return why nothing can be told of a moment; "" where it can."""
    if moment in (NOW, HELD):
        return ""
    return f"nothing is recorded here, so nothing can be told of {format_time(moment)}: only of now"


def _within_bounds(question: Question) -> Question:
    """Keep what one answer costs within reason, whatever is asked."""
    figures = tuple(
        figure._replace(cells=min(max(figure.cells, 0), MAX_CELLS), rows=min(max(figure.rows, 0), MAX_ROWS))
        for figure in question.figures[:MAX_FIGURES]
    )
    tables = tuple(
        table._replace(first=max(table.first, 0), limit=min(max(table.limit, 0), MAX_ROWS))
        for table in question.tables[:MAX_TABLES]
    )
    return question._replace(tables=tables, figures=figures)
