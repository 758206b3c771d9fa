"""The top view: the content of upstream's scaler_top, in a layout for the terminal size."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Container

from scaler_monitor.protocol.page import Answer, Question
from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.top.top_head import TopHead
from scaler_monitor.ui.top.top_side import TopSide

SIDE_FROM = 140
"""Minimum width for clients and functions beside the workers."""
BELOW_FROM = (100, 34)
"""Minimum width and height for clients and functions below the workers."""


class TopView(Pane):
    """Scheduler, totals and workers on one screen."""

    DEFAULT_CSS = """
    TopView {
        #top-main { layout: horizontal; height: 1fr; width: 1fr; }
        TopSide { display: none; }
        &.-side TopSide { display: block; }
        &.-below #top-main { layout: vertical; }
        &.-below TopSide { display: block; width: 1fr; height: 7; }
    }
    """

    crumb = "Top"
    wants_overview = True

    def compose(self) -> ComposeResult:
        """Yield the sections, the worker table, and the lists of clients and functions."""
        glyphs = self.monitor.glyphs
        yield TopHead(glyphs)
        with Container(id="top-main"):
            yield EntityTable("workers", id="top-workers", empty="no workers")
            yield TopSide(glyphs)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        width, height = event.size
        self.set_class(width >= SIDE_FROM, "-side")
        self.set_class(BELOW_FROM[0] <= width < SIDE_FROM and height >= BELOW_FROM[1], "-below")
        self.query_one(TopHead).set_max_height(
            14 if height >= 30 else 6 if height >= 16 else 2 if height >= 5 else 1
        )

    def show(self, question: Question, answer: Answer) -> None:
        """Show rows, sections and lists."""
        super().show(question, answer)
        side = self.query_one(TopSide)
        side.since, side.collector = answer.status.started, answer.status.collector
        if answer.overview is not None:
            self.query_one(TopHead).overview = answer.overview
            self.query_one(TopSide).overview = answer.overview
