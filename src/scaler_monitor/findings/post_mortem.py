"""What a worker's death looks like afterwards: its last figures, and the likely cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.wording import bytes_of, names_of
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.model.workers import DepartedWorker
from scaler_monitor.protocol.format.amounts import count_with_noun

Cause = Literal["memory", "scale-down", "host", "unknown"]


@dataclass(frozen=True, slots=True)
class PostMortem:
    """What is known of a worker that has left."""

    worker: str
    manager: str | None
    host: str | None
    left: float
    """Unix seconds."""
    memory_used_bytes: int | None
    """Of its limit, by its last report; None where no limit is known."""
    memory_limit_bytes: int | None
    held: int | None
    """Tasks sent to it and not answered."""
    on_processors: int
    silent_seconds: int
    """How old its last heartbeat was in its last report."""
    cause: Cause
    why: str
    """What speaks for that cause."""

    @property
    def memory_share(self) -> float | None:
        """Of the limit in use."""
        if self.memory_used_bytes is None or not self.memory_limit_bytes:
            return None
        return self.memory_used_bytes / self.memory_limit_bytes

    @property
    def sentence(self) -> str:
        """All of it in one sentence, without the worker's name."""
        parts = [
            f"it held {count_with_noun(self.held, 'task')}, {self.on_processors:,} of them on processors",
        ]
        if self.memory_used_bytes is not None:
            used, limit = bytes_of(self.memory_used_bytes), bytes_of(self.memory_limit_bytes)
            parts.append(f"memory was {used} of {limit}")
        parts.append(f"its last heartbeat was {self.silent_seconds} s old")
        return f"{'; '.join(parts)}; likely cause: {self.cause} ({self.why})"


def post_mortem(state: ClusterState, worker: str, thresholds: Thresholds | None = None) -> PostMortem | None:
    """Return what is known of the death of a worker that has left lately; None for any other one."""
    row = state.workers.departed.get(worker)
    if row is None or worker in state.workers.index:
        return None
    return tell_cause(state, row, thresholds or Thresholds(), list(state.workers.departed.values()))


def tell_cause(
    state: ClusterState, row: DepartedWorker, thresholds: Thresholds, others: Sequence[DepartedWorker]
) -> PostMortem:
    """Return what is known of a worker that has left, and that of which it most likely died.

    `others` are those that left about then; it may be among them.
    """
    limit = valid_or_none(row.memory_limit_bytes) or None
    free = valid_or_none(row.rss_free_bytes)
    used = None if limit is None or free is None else max(limit - free, 0)
    held = valid_or_none(row.sent)
    cause, why = _cause(state, row, thresholds, others, used, limit)
    return PostMortem(
        row.worker,
        row.manager,
        row.host or None,
        row.left,
        used,
        None if used is None else limit,
        held,
        row.busy,
        row.last_seen_seconds,
        cause,
        why,
    )


def _cause(
    state: ClusterState,
    row: DepartedWorker,
    thresholds: Thresholds,
    others: Sequence[DepartedWorker],
    used: int | None,
    limit: int | None,
) -> tuple[Cause, str]:
    had_work = bool(row.busy or row.sent)
    if had_work and used is not None and limit and used >= thresholds.death_memory_share * limit:
        return "memory", f"{used / limit:.0%} of its limit was in use"
    if row.last_seen_seconds <= thresholds.death_fresh_seconds:
        # one that dies is given up only when it has not spoken for the scheduler's whole timeout
        with_it = "with tasks, which begin anew elsewhere" if had_work else "idle"
        return "scale-down", f"it spoke until it left, {with_it}"
    if row.host and not _lives_on(state, row.host, row.worker):
        together = {
            other.worker
            for other in others
            if other.host == row.host and abs(other.left - row.left) <= thresholds.death_host_seconds
        }
        if len(together | {row.worker}) > 1:
            names = names_of(sorted(together))
            return (
                "host",
                f"all workers of {row.host} left within {thresholds.death_host_seconds:.0f} s: {names}",
            )
    return "unknown", f"it had not spoken for {row.last_seen_seconds} s"


def _lives_on(state: ClusterState, host: str, but: str) -> bool:
    """Whether a worker of the host is still there."""
    workers = state.workers
    if workers.columns is None or workers.columns.host is None:
        return False
    at = workers.index.get(but)
    return any(
        name == host and place != at and workers.names[place] not in workers.leaving
        for place, name in enumerate(workers.columns.host)
    )
