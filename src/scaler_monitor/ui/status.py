"""The status lines at the top: the feed, what is wrong with it, and whether the display is paused."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

from rich.cells import cell_len
from textual.reactive import reactive
from textual.strip import Strip

from scaler_monitor.protocol.format.amounts import format_count, format_rate
from scaler_monitor.protocol.format.durations import format_age, format_time
from scaler_monitor.protocol.page import Status
from scaler_monitor.system.steady_clock import steady_now
from scaler_monitor.ui.glyphs import UNICODE, Glyphs, cut_middle
from scaler_monitor.ui.painted import Painted

LEAST_ADDRESS = 14
"""An address keeps at least this many cells; other facts are left out first."""
PROBLEM_LINES = 3
BEGAN_AGAIN_SECONDS = 60.0
"""How long the line says that another collector began to count."""
WORD_STYLES = {"LIVE": "live", "STALE": "stale", "CONNECTING": "connecting", "DISCONNECTED": "disconnected"}


class StatusLine(Painted):
    """One line when all is well; more lines for a problem, and while the display is paused.

    `now` is unix seconds at the viewer.
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
        &:nocolor > .status-line--stale, &:nocolor > .status-line--disconnected,
        &:nocolor > .status-line--paused { text-style: bold reverse; }
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

    def __init__(
        self,
        address: str = "",
        glyphs: Glyphs = UNICODE,
        steady: Callable[[], float] = steady_now,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.steady = steady
        self._address = address
        self._glyphs = glyphs
        self._answered_at = steady()
        self._began_again: float | None = None  # when another collector was noticed, by the steady clock

    def watch_status(self, before: Status | None, after: Status | None) -> None:
        """Store when the newest status arrived, and whether it is from another collector."""
        self._answered_at = self.steady()
        if before is not None and after is not None and after.collector != before.collector:
            self._began_again = self._answered_at
        self._resized()

    def watch_lost(self) -> None:
        """Redraw: the collector is lost, or back."""
        self._resized()

    def watch_paused_since(self) -> None:
        """Redraw: paused, or no longer."""
        self._resized()

    def watch_now(self) -> None:
        """Redraw the ages; the text may need more or fewer lines than before."""
        self._resized()

    def on_resize(self) -> None:
        """Redraw: another width may need another height."""
        self._resized()

    @property
    def word(self) -> str:
        """The one status word."""
        if self.lost:
            return "DISCONNECTED"
        return self.status.word if self.status is not None else "CONNECTING"

    @property
    def problem(self) -> str:
        """The problem in one sentence, the reason first; "" when all is well."""
        status = self.status
        if self.lost:
            return f"the collector is gone ({self.lost}); starting another"
        if status is None:
            return ""
        if not status.problem and status.connected and status.word != "STALE":
            return self._beginning()
        lasts = max(status.time - status.since, 0.0) + self._since_answer()
        since = f"since {format_time(status.since)} ({format_age(lasts)})"
        problem = status.problem.removeprefix(f"{status.address}: ")  # the address is in the line above
        age = self._report_age()
        if status.word == "STALE" and age is not None:
            since = f"no report since {format_time(self.now - age)} ({format_age(age)})"
            problem = problem or "the scheduler is silent for longer than five of its intervals"
        if problem:
            return problem if status.word == "LIVE" else f"{problem}; {since}"
        return f"{status.word.lower()} {since}" if status.word != "LIVE" else ""

    def _beginning(self) -> str:
        if self._began_again is None or self.steady() - self._began_again >= BEGAN_AGAIN_SECONDS:
            return ""
        started = None if self.status is None else self.status.started
        since = "" if started is None else f" since {format_time(started)}"
        return f"another collector reads{since}: what is counted and drawn begins there"

    def _report_age(self) -> float | None:
        """Seconds since the last report, now."""
        age = self.status.report_age_seconds if self.status is not None else None
        return None if age is None else age + self._since_answer()

    def _since_answer(self) -> float:
        """Seconds since the newest status arrived, by the steady clock."""
        return self.steady() - self._answered_at

    def _problem_lines(self, width: int) -> list[str]:
        lines = wrap(
            self.problem, max(width - 1, 1), max_lines=PROBLEM_LINES, placeholder=f" {self._glyphs.cut}"
        )
        return [f" {line}" for line in lines]

    def _resized(self) -> None:
        if self.is_attached:
            problem = self._problem_lines(self.app.size.width)
            lines = 1 + len(problem) + (self.paused_since is not None)
            if self.styles.height is None or self.styles.height.value != lines:
                self.styles.height = lines
            self.repaint()

    def build(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002
        """Draw the state of the feed, its problem, and since when the display is paused."""
        lines = [self._feed_line(width)]
        lines += [self.line([(line, "status-line--bad")], width) for line in self._problem_lines(width)]
        if self.paused_since is not None:
            age = format_age(max(self.now - self.paused_since, 0))
            text = f" PAUSED for {age}: data of {format_time(self.paused_since)}."
            rest = " Reading goes on; space resumes."
            text += rest if len(text) + len(rest) <= width else ""
            lines.append(self.line([(text.ljust(width), "status-line--paused")], width))
        return lines

    def _feed_line(self, width: int) -> Strip:
        status, word = self.status, self.word
        style = f"status-line--{WORD_STYLES.get(word, 'connecting')}"
        parts = [(f" {word} ", style), (" ", "status-line--dim")]
        if status is None:
            return self.line([*parts, (self._address, "")], width)
        wire = " ".join(text for text in (status.wire, status.generation and f"g{status.generation}") if text)
        wire = f" {wire}" if wire else ""
        left = width - sum(len(text) for text, _ in parts) - 2
        long, short = self._facts(status, short=False), self._facts(status, short=True)
        without_rate = [short[0], *short[2:]]
        shorter: tuple[list[tuple[str, str]], ...] = (without_rate, without_rate[1:], without_rate[1:2], [])
        whole, least = cell_len(status.address), min(cell_len(status.address), LEAST_ADDRESS)
        choices = [(facts, wire, whole) for facts in (long, short, without_rate)]
        choices += [(facts, told, least) for facts in shorter for told in (wire, "")]
        facts, wire, least = next(
            (choice for choice in choices if _cells(choice[0]) + len(choice[1]) + choice[2] <= left),
            ([], "", 0),
        )
        address = cut_middle(status.address, max(left - _cells(facts) - len(wire), 1), self._glyphs)
        parts += [(address, ""), (wire, "status-line--dim")]
        blank = left - cell_len(address) - len(wire) - _cells(facts) + 1
        parts.append((" " * max(blank, 1), "status-line--dim"))
        for i, (text, name) in enumerate(facts):
            parts += [(f" {self._glyphs.dot} " if i else "", "status-line--dim"), (text, name)]
        return self.line(parts, width)

    def _facts(self, status: Status, *, short: bool) -> list[tuple[str, str]]:
        age = self._report_age()
        if age is None:
            report = "no report yet"
        else:
            report = f"report {format_age(age):>3}"
            report += "" if short else " ago"
        rate = f"{format_rate(status.events_per_second):>7}{'' if short else ' events'}"
        facts = [(report, ""), (rate, "")]
        losses = [(status.dropped, "dropped"), (status.malformed, "bad" if short else "malformed")]
        if status.refused:
            losses.append((status.refused, "refused"))
        for count, what in losses:
            style = "status-line--bad" if count else "status-line--dim"
            facts.append((f"{format_count(count)} {what}", style))
        return facts


def _cells(facts: list[tuple[str, str]]) -> int:
    return max(sum(len(text) + 3 for text, _ in facts) - 3, 0)
