"""The whole state at once, for those who have no screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scaler_monitor.views.document import document
from scaler_monitor.views.text_report import text_report

if TYPE_CHECKING:
    from scaler_monitor.model.cluster import Cluster
    from scaler_monitor.views.page import Status, ViewerHealth


def render(
    cluster: Cluster, status: Status, now: float, form: str, viewer: ViewerHealth | None, width: int
) -> str:
    """Return the state at unix time `now` as one line of JSON, or as text in `width` cells for people."""
    described = document(cluster, status, now, viewer)
    if form == "json":
        return json.dumps(described, ensure_ascii=False, allow_nan=False)
    return text_report(described, width)
