"""The footer: the usable keys of the visible pane, from the key table."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.reactive import reactive
from textual.strip import Strip

from scaler_monitor.ui.glyphs import UNICODE, Glyphs, fit
from scaler_monitor.ui.keys import KEYS, Key
from scaler_monitor.ui.painted import Painted


class KeyLine(Painted):
    """Footer of keys, the most important ones first; those that do not fit are in the help only.

    A `notice`, a short message, takes their place for a moment, so that nothing else moves.
    """

    DEFAULT_CSS = """
    KeyLine {
        height: 1; width: 1fr; background: $panel; color: $text-muted;
        &> .key-line--key { color: $footer-key-foreground; background: $panel; text-style: bold; }
        &> .key-line--notice { color: $text-accent; background: $panel; text-style: bold; }
    }
    """
    COMPONENT_CLASSES = {"key-line--key", "key-line--notice"}

    usable: reactive[frozenset[str]] = reactive(frozenset(), repaint=False)
    notice: reactive[str] = reactive("", repaint=False)

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._glyphs = glyphs

    def show_usable(self, keys: frozenset[str]) -> None:
        """Show these keys, by their ids, as far as they have a label and fit."""
        self.usable = keys

    def watch_notice(self) -> None:
        """Show the message, or the keys again."""
        self.repaint()

    def watch_usable(self) -> None:
        """Show the new keys."""
        self.repaint()

    def _fitting(self, width: int) -> list[tuple[int, int, Key]]:
        """Return (first cell, cells, key) of the keys that fit."""
        placed, x = [], 1
        for key in KEYS:
            if not key.label or key.id not in self.usable:
                continue
            cells = cell_len(key.written) + 1 + cell_len(key.label)
            if x + cells > width:
                break
            placed.append((x, cells, key))
            x += cells + 2
        return placed

    def build(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002
        """Draw the message, or without one as many keys as fit."""
        if self.notice:
            said = fit(self.notice, max(width - 1, 0), self._glyphs.cut)
            return [self.line([(f" {said}", "key-line--notice")], width)]
        parts: list[tuple[str, str]] = [(" ", "")]
        for _, _, key in self._fitting(width):
            parts += [(key.written, "key-line--key"), (f" {key.label}  ", "")]
        return [self.line(parts, width)]

    async def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does."""
        for x, cells, key in self._fitting(self.size.width):
            if x <= event.x < x + cells:
                await self.app.run_action(f"app.command('{key.id}')")
                return
