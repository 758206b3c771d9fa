"""The lines that are always in sight: the feed, what is wrong with it, and whether the view is paused."""

from __future__ import annotations

from textual.reactive import reactive
from textual.strip import Strip

from scaler_monitor.ui.glyphs import UNICODE, Glyphs
from scaler_monitor.ui.painted import Painted
from scaler_monitor.views.format import format_age, format_count, format_rate, format_time
from scaler_monitor.views.page import Status

WORD_WIDTH = len("DISCONNECTED")
WORD_INK = {"LIVE": "live", "STALE": "stale", "CONNECTING": "connecting", "DISCONNECTED": "disconnected"}


class StatusLine(Painted):
    """One line when all is well; a second one says the problem, a third that the picture is paused.

    `now` is unix seconds at the viewer; ages go on between answers by it.
    """

    DEFAULT_CSS = """
    StatusLine {
        height: 1; width: 1fr; background: $panel; color: $foreground;
        &> .status-line--live { color: $text-success; background: $panel; text-style: bold; }
        &> .status-line--stale { color: $background; background: $warning; text-style: bold; }
        &> .status-line--connecting { color: $text-accent; background: $panel; text-style: bold; }
        &> .status-line--disconnected { color: $background; background: $error; text-style: bold; }
        &> .status-line--dim { color: $text-muted; background: $panel; }
        &> .status-line--bad { color: $text-error; background: $panel; text-style: bold; }
        &> .status-line--paused { color: $background; background: $warning; text-style: bold; }
    }
    """
    COMPONENT_CLASSES = {
        "status-line--live",
        "status-line--stale",
        "status-line--connecting",
        "status-line--disconnected",
        "status-line--dim",
        "status-line--bad",
        "status-line--paused",
    }

    status: reactive[Status | None] = reactive(None, repaint=False)
    lost: reactive[str] = reactive("", repaint=False)
    paused_since: reactive[float | None] = reactive(None, repaint=False)
    now: reactive[float] = reactive(0.0, repaint=False)
    notice: reactive[str] = reactive("", repaint=False)

    def __init__(self, address: str = "", glyphs: Glyphs = UNICODE, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._address = address
        self._glyphs = glyphs
        self._answered_at = 0.0

    def watch_status(self) -> None:
        """An answer came."""
        self._answered_at = self.now
        self._resized()

    def watch_lost(self) -> None:
        """The collector went, or is back."""
        self._resized()

    def watch_paused_since(self) -> None:
        """Paused or going on."""
        self._resized()

    def watch_notice(self) -> None:
        """Something to say once."""
        self._resized()

    def watch_now(self) -> None:
        """Time went on."""
        self.repaint()

    @property
    def word(self) -> str:
        """The one status word."""
        if self.lost:
            return "DISCONNECTED"
        return self.status.word if self.status is not None else "CONNECTING"

    @property
    def problem(self) -> str:
        """What is wrong, on one line; "" when all is well."""
        status = self.status
        if self.lost:
            return f"the collector is gone ({self.lost}); starting another"
        if status is None or (not status.problem and status.connected and status.word != "STALE"):
            return ""
        since = f"since {format_time(status.since)} ({format_age(max(self.now - status.since, 0))})"
        if status.problem:
            return f"{status.problem}  {since}"
        if status.word == "STALE":
            return f"no report from the scheduler for longer than five intervals, {since}"
        return f"{status.word.lower()} {since}" if status.word != "LIVE" else ""

    def _resized(self) -> None:
        if self.is_attached:
            lines = 1 + bool(self.problem) + bool(self.notice) + (self.paused_since is not None)
            if self.styles.height is None or self.styles.height.value != lines:
                self.styles.height = lines
            self.repaint()

    def build(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002
        """The lines."""
        lines = [self._feed_line(width)]
        if self.problem:
            lines.append(self.line([(f" {self.problem}", "status-line--bad")], width))
        if self.paused_since is not None:
            age = format_age(max(self.now - self.paused_since, 0))
            text = f" PAUSED for {age}: the picture of {format_time(self.paused_since)}."
            rest = " Reading goes on; space shows what is now."
            text += rest if len(text) + len(rest) <= width else ""
            lines.append(self.line([(text.ljust(width), "status-line--paused")], width))
        if self.notice:
            lines.append(self.line([(f" {self.notice}", "status-line--connecting")], width))
        return lines

    def _feed_line(self, width: int) -> Strip:
        status, word = self.status, self.word
        ink = f"status-line--{WORD_INK.get(word, 'connecting')}"
        parts = [(f" {word} ", ink), (" ", "status-line--dim")]
        if self.paused_since is not None:
            parts.insert(1, (" PAUSED ", "status-line--paused"))
        parts.append((status.address if status is not None else self._address, ""))
        if status is None:
            return self.line(parts, width)
        wire = " ".join(text for text in (status.wire, status.generation and f"g{status.generation}") if text)
        parts.append((f" {wire}" if wire else "", "status-line--dim"))
        left = width - sum(len(text) for text, _ in parts) - 2
        long, short = self._facts(status, short=False), self._facts(status, short=True)
        without_rate = [short[0], *short[2:]]
        choices = (long, short, without_rate, without_rate[1:], without_rate[1:2])
        facts = next((facts for facts in choices if _cells(facts) <= left), [])
        parts.append((" " * max(left - _cells(facts) + 1, 1), "status-line--dim"))
        for i, (text, name) in enumerate(facts):
            parts += [(f" {self._glyphs.dot} " if i else "", "status-line--dim"), (text, name)]
        return self.line(parts, width)

    def _facts(self, status: Status, *, short: bool) -> list[tuple[str, str]]:
        age = status.report_age_seconds
        if age is None:
            report = "no report yet"
        else:
            report = f"report {format_age(age + max(self.now - self._answered_at, 0)):>3}"
            report += "" if short else " ago"
        rate = f"{format_rate(status.events_per_second):>7}{'' if short else ' events'}"
        facts = [(report, ""), (rate, "")]
        for count, what in ((status.dropped, "dropped"), (status.malformed, "bad" if short else "malformed")):
            ink = "status-line--bad" if count else "status-line--dim"
            facts.append((f"{format_count(count)} {what}", ink))
        return facts


def _cells(facts: list[tuple[str, str]]) -> int:
    return sum(len(text) + 3 for text, _ in facts) - 3
