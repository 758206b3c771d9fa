"""What a command without a screen asks, once or at intervals: the whole state in one piece."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.views.page import Status


class ReportQuestion(NamedTuple):
    """Ask for the state as "json" or "text"."""

    form: str


class Report(NamedTuple):
    """How the feed fares, and the state as it was asked for; "" before the scheduler's first report."""

    status: Status
    text: str
