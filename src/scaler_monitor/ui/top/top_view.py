"""The top view."""

from __future__ import annotations

from textual.app import ComposeResult

from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.table.entity_table import EntityTable


class TopView(Pane):
    """Scheduler, totals and workers on one screen."""

    crumb = "Top"
    wants_overview = True

    def compose(self) -> ComposeResult:
        """The parts."""
        yield EntityTable("workers", id="top-workers", empty="no workers")
