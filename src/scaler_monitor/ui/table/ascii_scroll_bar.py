"""A scrollbar without part blocks, for terminals that lack them."""

from __future__ import annotations

from textual.scrollbar import ScrollBarRender


class AsciiScrollBar(ScrollBarRender):
    """Whole cells only."""

    VERTICAL_BARS = [" "]
    HORIZONTAL_BARS = [" "]
