"""Answers a viewer's question from one state of the cluster."""

from __future__ import annotations

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import Answer, FigureAnswer, FigureQuestion, Question, Status
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.charts import chart_figure, histogram_figure
from scaler_monitor.query.entity_facts import describe_facts
from scaler_monitor.query.overview import describe_overview
from scaler_monitor.query.stream_figure import stream_figure
from scaler_monitor.query.table_page import table_page


def answer_question(cluster: ClusterState, status: Status, question: Question, now: float) -> Answer:
    """Return the answer at unix time `now` with every part that is asked for; unknown tables are left out.

    `version` is the number of events that the state includes. The collector, which knows the viewer's
    previous question, decides whether the viewer has this answer already.
    """
    return Answer(
        version=cluster.applied,
        status=status,
        paused_since=None,
        overview=describe_overview(cluster, now) if question.overview else None,
        tables=tuple(table_page(cluster, table, now) for table in question.tables if table.table in TABLES),
        figures=tuple(_figure(cluster, figure, now) for figure in question.figures),
        facts=describe_facts(cluster, question.facts_kind, question.facts_id, now)
        if question.facts_kind
        else None,
    )


def _figure(cluster: ClusterState, question: FigureQuestion, now: float) -> FigureAnswer:
    name = question.figure
    if name == "stream":
        return FigureAnswer(name, stream_figure(cluster, question, now), None)
    if name in ("memory", "cpu"):
        return FigureAnswer(name, None, chart_figure(cluster, question, now))
    if name == "histogram":
        return FigureAnswer(name, None, histogram_figure(cluster, question))
    return FigureAnswer(name, None, None)
