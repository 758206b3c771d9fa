"""Helpers that ask questions about figures."""

from __future__ import annotations

from typing import Any

from tests.present import present

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import (
    Answer,
    ChartFigure,
    FigureQuestion,
    Question,
    Status,
    StreamFigure,
)
from scaler_monitor.query.answer import answer_question

Watched = tuple[ClusterState, Status, float]
"""The same parts as a BuiltCluster, which may be a snapshot."""


def ask(world: Watched, **question: Any) -> Answer:
    cluster, status, now = world
    return answer_question(cluster, status, Question("viewer", **question), now)


def stream(world: Watched, **how: Any) -> StreamFigure:
    how = {"cells": 60, "rows": 20, "folded": ("*",), **how}
    return present(present(ask(world, figures=(FigureQuestion("stream", **how),)).figures)[0].stream)


def chart_of(world: Watched, name: str, **how: Any) -> ChartFigure:
    return present(present(ask(world, figures=(FigureQuestion(name, **how),)).figures)[0].chart)
