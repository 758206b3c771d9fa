"""Answers the questions of viewers, from the current state or from the snapshot of a paused viewer."""

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
"""Most viewers; beyond it the one that was silent for longest is removed."""

FORGET_AFTER_SECONDS = 24 * 3600.0
"""A silent viewer and its snapshot are removed after this; one may be paused for a night."""

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
    """Answers the viewers of one cluster. Not thread-safe; the cluster must not change meanwhile."""

    def __init__(self, cluster: ClusterState) -> None:
        self._cluster = cluster
        self._viewers: dict[str, _Viewer] = {}

    def answer(
        self, question: Question, status: Status, revision: int, now: float, asked: float | None = None
    ) -> Answer:
        """Return the answer at unix time `now`, for revision `revision` of the state.

        The answer contains only the status if the viewer has the answer to the same question for the same
        revision or pause. A time in the past is refused. `asked` is the time by the clock of `forget_silent`,
        if that is not `now`.
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
            version = -2 - int(moment * 1000)  # one version per pause, different from all revisions
        if same_question and question.known == version:
            return Answer(version, status, viewer.paused_since, None, None, None, None)
        answer = answer_question(cluster, status, question, moment)
        return answer._replace(version=version, status=status, paused_since=viewer.paused_since)

    def before_change(self) -> None:
        """Clear caches; call it before the cluster changes."""
        forget_rows(self._cluster)

    def paused_since(self, name: str) -> float | None:
        """Return when a viewer was paused, in unix seconds; None if it is not. Thread-safe."""
        viewer = self._viewers.get(name)
        return None if viewer is None else viewer.paused_since

    def forget_silent(self, now: float) -> None:
        """Remove viewers, with their snapshots, that were silent for FORGET_AFTER_SECONDS."""
        for name in [
            name
            for name, viewer in self._viewers.items()
            if not 0 <= now - viewer.last_asked <= FORGET_AFTER_SECONDS
        ]:
            del self._viewers[name]

    def _viewer(self, name: str, now: float) -> _Viewer:
        viewer = self._viewers.pop(name, None) or _Viewer(now)
        viewer.last_asked = now
        self._viewers[name] = viewer  # most recent last
        while len(self._viewers) > MAX_VIEWERS:
            del self._viewers[next(iter(self._viewers))]
        return viewer


def refusal_reason(moment: Moment) -> str:
    """Return why a question about this moment is refused; "" if it is not."""
    if moment in (NOW, HELD):
        return ""
    return f"no recording: current data is available, none of {format_time(moment)}"


def _within_bounds(question: Question) -> Question:
    """Return the question with its sizes clamped to the limits."""
    figures = tuple(
        figure._replace(cells=min(max(figure.cells, 0), MAX_CELLS), rows=min(max(figure.rows, 0), MAX_ROWS))
        for figure in question.figures[:MAX_FIGURES]
    )
    tables = tuple(
        table._replace(first=max(table.first, 0), limit=min(max(table.limit, 0), MAX_ROWS))
        for table in question.tables[:MAX_TABLES]
    )
    return question._replace(tables=tables, figures=figures)
