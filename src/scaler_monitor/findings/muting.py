"""When no rule can be evaluated, because the data is outdated or incomplete."""

from __future__ import annotations

from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.thresholds import Thresholds


def mute_reason(condition: FeedCondition, thresholds: Thresholds, now: float) -> str:
    """Return why no rule can be evaluated; "" if they can."""
    if not condition.connected:
        return "the scheduler is not connected"
    if condition.stale:
        return "reports have stopped arriving"
    if condition.shedding:
        return "frames are being dropped: the data is incomplete"
    settle = thresholds.settle_seconds
    for time, what in ((condition.last_gap, "a gap"), (condition.last_restart, "a restart")):
        if time is not None and 0 <= now - time < settle:
            return f"there was {what} {now - time:.0f} s ago"
    return ""
