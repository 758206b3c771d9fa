"""The whole state at once, for those who have no screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scaler_monitor.views.document import document
from scaler_monitor.views.rows.paging import table_page
from scaler_monitor.views.text_report import text_report
from scaler_monitor.views.text_tabs import text_tabs

if TYPE_CHECKING:
    from scaler_monitor.model.cluster import Cluster
    from scaler_monitor.views.page import Status, ViewerHealth


def render(
    cluster: Cluster, status: Status, now: float, form: str, viewer: ViewerHealth | None, width: int
) -> str:
    """Return the state at unix time `now`: "json" in one line, or for people in `width` cells.

    That is "text", the top view, or "tabs", which adds the tables of the tabs.
    """
    described = document(cluster, status, now, viewer)
    if form == "json":
        return json.dumps(described, ensure_ascii=False, allow_nan=False)
    text = text_report(described, width)
    if form == "tabs":
        text += text_tabs(lambda question: table_page(cluster, question, now), width)
    return text
