"""The whole state at once, for those who have no screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report
from scaler_monitor.export.text_tabs import text_questions, text_tabs
from scaler_monitor.query.table_page import table_page

if TYPE_CHECKING:
    from scaler_monitor.model.cluster_state import ClusterState
    from scaler_monitor.protocol.page import Status, ViewerHealth


def prepare_full_report(
    cluster: ClusterState, status: Status, now: float, form: str, viewer: ViewerHealth | None, width: int
) -> Callable[[], str]:
    """Take the state at unix time `now` from the model; return what writes it, which needs the model no more.

    It writes "json" as one line, and in lines of `width` cells for people "text", the top view, or "tabs",
    which adds the tables of the tabs.
    """
    described = document(cluster, status, now, viewer)
    if form == "json":
        return lambda: json.dumps(described, ensure_ascii=False, allow_nan=False)
    pages = [table_page(cluster, question, now) for question in text_questions()] if form == "tabs" else []
    return lambda: text_report(described, width) + (text_tabs(pages, width) if pages else "")
