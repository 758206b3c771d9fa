"""What a command without a screen asks, once or at intervals: the whole state in one piece."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.views.page import Status, ViewerHealth


class ReportQuestion(NamedTuple):
    """Ask for the state as "json", as "text", or as "tabs", which is text with the tables of the tabs.

    `viewer` is what the one who asks costs itself.

    Lines of text have at most `width` cells.
    """

    form: str
    viewer: ViewerHealth | None = None
    width: int = 160


class Report(NamedTuple):
    """How the feed fares, and the state as it was asked for; "" before the scheduler's first report."""

    status: Status
    text: str
