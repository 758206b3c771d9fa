"""A pane over a window of time: its length, where it ends, and how time and values are read."""

from __future__ import annotations

from scaler_monitor.protocol.format.durations import format_age
from scaler_monitor.protocol.page import HELD, Answer, Question
from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.settings import WINDOW_MINUTES

WINDOWS_SECONDS = tuple(minutes * 60.0 for minutes in WINDOW_MINUTES)
"""What `[` and `]` choose from."""
ZOOMS_SECONDS = (15.0, 30.0, 60.0, 120.0, *WINDOWS_SECONDS)
"""What `+` and `-` step through: nearer than the shortest window, and the windows themselves."""
PAN_SHARE = 0.25
PAST_SECONDS = WINDOWS_SECONDS[-1]
"""How far back one can pan: so far as the longest window reaches; of what is before nothing is kept."""


def next_longer(lengths: tuple[float, ...], now: float) -> float:
    """The first of ascending `lengths` above `now`, else the last."""
    return next((length for length in lengths if length > now), lengths[-1])


def next_shorter(lengths: tuple[float, ...], now: float) -> float:
    """The last of ascending `lengths` below `now`, else the first."""
    return next((length for length in reversed(lengths) if length < now), lengths[0])


class TimePane(Pane):
    """Window, zoom and pan; window and scales are shared by all time panes of the app."""

    def __init__(self, entity: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(entity, id=id)
        self.held_end: float | None = None  # unix seconds of the right edge; None follows the present
        self.now: float | None = None  # unix seconds of the newest answer

    @property
    def window_seconds(self) -> float:
        """Length of the window."""
        return self.monitor.looks.window_seconds

    @property
    def end_seconds_ago(self) -> float:
        """How far before the present the window ends."""
        if self.held_end is None or self.now is None:
            return 0.0
        return max(self.now - self.held_end, 0.0)

    def show(self, question: Question, answer: Answer) -> None:
        """Keep the time, draw the rest."""
        self.now = answer.paused_since if question.at == HELD and answer.paused_since else answer.status.time
        super().show(question, answer)

    def time_changed(self) -> None:
        """The window or a scale is another: draw what is held, ask for what is not."""
        self.monitor.collector.poll_now()

    def _set_window(self, seconds: float) -> None:
        self.monitor.looks.window_seconds = seconds
        self.time_changed()

    def command_window(self, which: str) -> None:
        """The next of 5, 10 and 30 minutes that is "longer" or "shorter"; it is remembered."""
        if which == "shorter" and self.window_seconds <= WINDOWS_SECONDS[0]:
            return  # zoomed in: no window is shorter
        step = next_longer if which == "longer" else next_shorter
        self._set_window(step(WINDOWS_SECONDS, self.window_seconds))
        chosen = int(self.window_seconds // 60)
        if (
            self.monitor.settings.store is not None
            and chosen != self.monitor.settings.store.settings.window_minutes
        ):
            self.monitor.settings.save(window_minutes=chosen)

    def command_zoom(self, which: str) -> None:
        """The next round length "in" or out, down to 15 s and up to the longest window; not remembered."""
        step = next_shorter if which == "in" else next_longer
        self._set_window(step(ZOOMS_SECONDS, self.window_seconds))

    def command_pan(self, which: str) -> None:
        """A quarter of the window back, or on; the end of the past is the present again."""
        if self.now is None:
            return
        ago = self.end_seconds_ago + self.window_seconds * PAN_SHARE * (1 if which == "back" else -1)
        ago = min(ago, max(PAST_SECONDS - self.window_seconds, 0.0))
        self.held_end = None if ago < 1 else self.now - ago
        self.time_changed()

    def command_scale(self) -> None:
        """Linear or logarithmic."""
        looks = self.monitor.looks
        looks.logarithmic = not looks.logarithmic
        self.monitor.settings.save(scale="log" if looks.logarithmic else "linear")
        self.time_changed()

    def command_clock(self) -> None:
        """Relative or absolute time."""
        looks = self.monitor.looks
        looks.absolute_time = not looks.absolute_time
        self.monitor.settings.save(time="absolute" if looks.absolute_time else "relative")
        self.time_changed()

    def window_sentence(self) -> str:
        """`5 min`, `30 s (zoomed in) to 2m15s ago`."""
        seconds = self.window_seconds
        length = f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"
        if seconds not in WINDOWS_SECONDS:
            length += " (zoomed in)"
        ago = self.end_seconds_ago
        return f"{length} to {format_age(ago)} ago" if ago >= 1 else length
