"""A pane with a time window: length, end, scale, and relative or absolute time."""

from __future__ import annotations

from scaler_monitor.protocol.format.durations import format_age
from scaler_monitor.protocol.page import HELD, Answer, Question
from scaler_monitor.ui.pane import Pane
from scaler_monitor.ui.settings import WINDOW_MINUTES

WINDOWS_SECONDS = tuple(minutes * 60.0 for minutes in WINDOW_MINUTES)
"""Window lengths for the keys `[` and `]`."""
ZOOMS_SECONDS = (15.0, 30.0, 60.0, 120.0, *WINDOWS_SECONDS)
"""Window lengths for the keys `+` and `-`."""
PAN_SHARE = 0.25
PAST_SECONDS = WINDOWS_SECONDS[-1]
"""How far back one can pan: the length of the longest window; older data is not kept."""


def next_longer(lengths: tuple[float, ...], now: float) -> float:
    """Return the first of the ascending `lengths` above `now`, else the last."""
    return next((length for length in lengths if length > now), lengths[-1])


def next_shorter(lengths: tuple[float, ...], now: float) -> float:
    """Return the last of the ascending `lengths` below `now`, else the first."""
    return next((length for length in reversed(lengths) if length < now), lengths[0])


class TimePane(Pane):
    """Window, zoom and pan; all time panes share window length and scales."""

    def __init__(self, entity: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(entity, id=id)
        self.held_end: float | None = None  # unix seconds of the right edge; None means now
        self.now: float | None = None  # unix seconds of the newest answer

    @property
    def window_seconds(self) -> float:
        """Length of the window in seconds."""
        return self.monitor.view_state.window_seconds

    @property
    def end_seconds_ago(self) -> float:
        """Seconds between the end of the window and now."""
        if self.held_end is None or self.now is None:
            return 0.0
        return max(self.now - self.held_end, 0.0)

    def show(self, question: Question, answer: Answer) -> None:
        """Store the time of the answer, and show it."""
        self.now = answer.paused_since if question.at == HELD and answer.paused_since else answer.status.time
        super().show(question, answer)

    def time_changed(self) -> None:
        """Request data after a change of window or scale."""
        self.monitor.collector.poll_now()

    def _set_window(self, seconds: float) -> None:
        self.monitor.view_state.window_seconds = seconds
        self.time_changed()

    def command_window(self, which: str) -> None:
        """Select the next "longer" or "shorter" window, and save it as a setting."""
        if which == "shorter" and self.window_seconds <= WINDOWS_SECONDS[0]:
            return  # already shorter than all windows
        step = next_longer if which == "longer" else next_shorter
        self._set_window(step(WINDOWS_SECONDS, self.window_seconds))
        chosen = int(self.window_seconds // 60)
        if (
            self.monitor.settings.store is not None
            and chosen != self.monitor.settings.store.settings.window_minutes
        ):
            self.monitor.settings.save(window_minutes=chosen)

    def command_zoom(self, which: str) -> None:
        """Zoom "in" or out to the next length; this is not saved."""
        step = next_shorter if which == "in" else next_longer
        self._set_window(step(ZOOMS_SECONDS, self.window_seconds))

    def command_pan(self, which: str) -> None:
        """Pan by a quarter of the window, "back" or forward; at the present, follow it again."""
        if self.now is None:
            return
        ago = self.end_seconds_ago + self.window_seconds * PAN_SHARE * (1 if which == "back" else -1)
        ago = min(ago, max(PAST_SECONDS - self.window_seconds, 0.0))
        self.held_end = None if ago < 1 else self.now - ago
        self.time_changed()

    def command_scale(self) -> None:
        """Switch between linear and logarithmic scale, and save it."""
        view_state = self.monitor.view_state
        view_state.logarithmic = not view_state.logarithmic
        self.monitor.settings.save(scale="log" if view_state.logarithmic else "linear")
        self.time_changed()

    def command_clock(self) -> None:
        """Switch between relative and absolute time, and save it."""
        view_state = self.monitor.view_state
        view_state.absolute_time = not view_state.absolute_time
        self.monitor.settings.save(time="absolute" if view_state.absolute_time else "relative")
        self.time_changed()

    def window_sentence(self) -> str:
        """Return a text like `5 min` or `30 s (zoomed in) to 2m15s ago`."""
        seconds = self.window_seconds
        length = f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"
        if seconds not in WINDOWS_SECONDS:
            length += " (zoomed in)"
        ago = self.end_seconds_ago
        return f"{length} to {format_age(ago)} ago" if ago >= 1 else length
