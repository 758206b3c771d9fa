"""Writes the complete state as JSON or text, for commands without a screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report
from scaler_monitor.export.text_tabs import text_questions, text_tabs
from scaler_monitor.query.table_page import table_page

if TYPE_CHECKING:
    from scaler_monitor.findings.tracker import FindingsTracker
    from scaler_monitor.model.cluster_state import ClusterState
    from scaler_monitor.protocol.page import Status, ViewerHealth


def prepare_full_report(
    cluster: ClusterState,
    findings: FindingsTracker,
    status: Status,
    now: float,
    form: str,
    viewer: ViewerHealth | None,
    width: int,
) -> Callable[[], str]:
    """Read the state at unix time `now`; return a function that formats it without the model.

    `form` is "json" (one line), "text" (the top view) or "tabs" (with the tables of the tabs); lines of text
    have at most `width` cells.
    """
    described = document(cluster, status, now, viewer, findings)
    if form == "json":
        return lambda: json.dumps(described, ensure_ascii=False, allow_nan=False)
    pages = [table_page(cluster, question, now) for question in text_questions()] if form == "tabs" else []
    return lambda: text_report(described, width) + (text_tabs(pages, width) if pages else "")
