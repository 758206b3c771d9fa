"""Keyframe part: figures and counters of the scheduler, history, and connection gaps."""

from __future__ import annotations

from collections import deque

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.history import Ring
from scaler_monitor.model.keyframe.keyframe_reader import KeyframeReader, known
from scaler_monitor.model.keyframe.keyframe_writer import COUNT, KeyframeWriter
from scaler_monitor.model.message_counters import RATE_REPORTS, Counters
from scaler_monitor.wire.event import FINAL_STATES


def write_scheduler(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the figures of the scheduler process."""
    scheduler = state.scheduler
    for name in ("cpu_permille", "rss_bytes", "rss_free_bytes", "report_time", "reports", "restarts"):
        out.scalar(f"scheduler.{name}", getattr(scheduler, name))
    out.scalar("scheduler.unbroken", scheduler._uninterrupted)
    out.floats("scheduler.distances", list(scheduler._intervals))


def read_scheduler(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the figures of the scheduler process; raises BadKeyframe."""
    scheduler = state.scheduler
    for name in ("cpu_permille", "rss_bytes", "rss_free_bytes"):
        setattr(scheduler, name, data.optional_integer(f"scheduler.{name}"))
    scheduler.report_time = data.optional_number("scheduler.report_time")
    scheduler.reports, scheduler.restarts = (
        data.integer(f"scheduler.{name}") for name in ("reports", "restarts")
    )
    scheduler._uninterrupted = data.flag("scheduler.unbroken")
    scheduler._intervals.extend(known(data.floats("scheduler.distances")))


def write_messages(out: KeyframeWriter, state: ClusterState) -> None:
    """Write counters by message name and by task state."""
    for name, counters in _counters(state).items():
        out.counts(name, counters.totals)
        out.scalar(f"{name}.dropped_names", counters.dropped_names)
        out.floats(f"{name}.times", [time for time, _ in counters._samples])
        for at, (_, totals) in enumerate(counters._samples):
            out.counts(f"{name}.{at}", totals)
    out.counts("states.reported", state.states.reported)
    out.counts("states.seen", state.states.seen)


def read_messages(data: KeyframeReader, state: ClusterState) -> None:
    """Restore counters by message name and by task state; raises BadKeyframe."""
    most = state.limits.message_names
    for name, counters in _counters(state).items():
        counters.totals = data.counts(name, most)
        counters.dropped_names = data.integer(f"{name}.dropped_names")
        times = known(data.floats(f"{name}.times"))
        for at, time in enumerate(times[-RATE_REPORTS - 1 :]):
            counters._samples.append((time, data.counts(f"{name}.{at}", most) or {}))
    state.states.reported = data.counts("states.reported", most)
    state.states.seen = data.counts("states.seen", len(FINAL_STATES)) or {}


def _counters(state: ClusterState) -> dict[str, Counters]:
    messages = state.messages
    return {"sent": messages.sent, "received": messages.received, "states.final": state.states._final}


def write_history(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the history: differences of the seconds with a value, and the values."""
    for name, ring in _rings(state).items():
        filled = np.flatnonzero(ring._seconds >= 0)
        filled = filled[np.argsort(ring._seconds[filled])]
        seconds = ring._seconds[filled]
        out.scalar(f"history.{name}{COUNT}", int(seconds[0]) if len(seconds) else 0)
        out.integers(f"history.{name}.steps", np.diff(seconds).tolist())
        out.array(f"history.{name}", ring._values[filled])


def read_history(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the history; raises BadKeyframe."""
    for name, ring in _rings(state).items():
        values = np.array(data.floats(f"history.{name}"), np.float64)
        steps = data.integers(f"history.{name}.steps", max(len(values) - 1, 0))
        first = data.integer(f"history.{name}{COUNT}")
        seconds = np.cumsum([first, *known(steps)], dtype=np.int64)[: len(values)]
        kept = seconds > (int(seconds[-1]) if len(seconds) else 0) - ring.size
        ring._seconds[seconds[kept] % ring.size] = seconds[kept]
        ring._values[seconds[kept] % ring.size] = values[kept]


def _rings(state: ClusterState) -> dict[str, Ring]:
    return dict(vars(state.history))


def write_gaps(out: KeyframeWriter, state: ClusterState) -> None:
    """Write the connection gaps."""
    gaps = state.gaps
    out.floats("gaps.from", [start for start, _ in gaps.closed])
    out.floats("gaps.to", [end for _, end in gaps.closed])
    for name in ("open_since", "connected", "total"):
        out.scalar(f"gaps.{name}", getattr(gaps, name))


def read_gaps(data: KeyframeReader, state: ClusterState) -> None:
    """Restore the connection gaps; raises BadKeyframe."""
    gaps = state.gaps
    starts, ends = known(data.floats("gaps.from")), known(data.floats("gaps.to"))
    gaps.closed = deque(zip(starts, ends, strict=True), maxlen=state.limits.gaps)
    gaps.open_since = data.optional_number("gaps.open_since")
    gaps.connected = data.optional_flag("gaps.connected")
    gaps.total = data.integer("gaps.total")
