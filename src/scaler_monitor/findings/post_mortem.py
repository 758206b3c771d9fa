"""Post-mortem of a worker that left: its last reported figures and the likely cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.wording import list_names
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.model.workers import DepartedWorker
from scaler_monitor.protocol.format.amounts import count_with_noun, format_bytes

Cause = Literal["memory", "scale-down", "host", "unknown"]


@dataclass(frozen=True, slots=True)
class PostMortem:
    """What is known about a worker that has left."""

    worker: str
    manager: str | None
    host: str | None
    left: float
    """When it left, in Unix seconds."""
    memory_used_bytes: int | None
    """Memory in use by its last report; None if its limit is unknown."""
    memory_limit_bytes: int | None
    tasks_held: int | None
    """Tasks assigned to it without a result; None if unknown."""
    on_processors: int
    silent_seconds: int
    """Age of its last heartbeat in its last report."""
    cause: Cause
    reason: str
    """Evidence for the likely cause."""

    @property
    def memory_share(self) -> float | None:
        """Memory in use as a share of the limit (0 to 1); None if unknown."""
        if self.memory_used_bytes is None or not self.memory_limit_bytes:
            return None
        return self.memory_used_bytes / self.memory_limit_bytes

    @property
    def sentence(self) -> str:
        """The post-mortem as one sentence, without the worker's name."""
        parts = [
            f"it held {count_with_noun(self.tasks_held, 'task')}, "
            f"{self.on_processors:,} of them on processors",
        ]
        if self.memory_used_bytes is not None:
            used, limit = format_bytes(self.memory_used_bytes), format_bytes(self.memory_limit_bytes)
            parts.append(f"memory was {used} of {limit}")
        parts.append(f"its last heartbeat was {self.silent_seconds} s old")
        return f"{'; '.join(parts)}; likely cause: {self.cause} ({self.reason})"


def post_mortem(state: ClusterState, worker: str, thresholds: Thresholds | None = None) -> PostMortem | None:
    """Return the post-mortem of a worker that left recently; None for any other worker."""
    row = state.workers.departed.get(worker)
    if row is None or worker in state.workers.index:
        return None
    return diagnose_departure(state, row, thresholds or Thresholds(), list(state.workers.departed.values()))


def diagnose_departure(
    state: ClusterState, row: DepartedWorker, thresholds: Thresholds, others: Sequence[DepartedWorker]
) -> PostMortem:
    """Return the post-mortem of a worker that has left, with the likely cause.

    `others` are the workers that left recently; the worker itself may be among them.
    """
    limit = valid_or_none(row.memory_limit_bytes) or None
    free = valid_or_none(row.rss_free_bytes)
    used = None if limit is None or free is None else max(limit - free, 0)
    tasks_held = valid_or_none(row.sent)
    cause, reason = _cause(state, row, thresholds, others, used, limit)
    return PostMortem(
        row.worker,
        row.manager,
        row.host or None,
        row.left,
        used,
        None if used is None else limit,
        tasks_held,
        row.busy,
        row.last_seen_seconds,
        cause,
        reason,
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
        # a worker that was killed leaves only after the scheduler's heartbeat timeout
        with_it = "with tasks, which start again on other workers" if had_work else "idle"
        return "scale-down", f"its heartbeats continued until it left, {with_it}"
    if row.host and not _has_live_worker(state, row.host, row.worker):
        together = {
            other.worker
            for other in others
            if other.host == row.host and abs(other.left - row.left) <= thresholds.death_host_seconds
        }
        if len(together | {row.worker}) > 1:
            names = list_names(sorted(together))
            return (
                "host",
                f"all workers of {row.host} left within {thresholds.death_host_seconds:.0f} s: {names}",
            )
    return "unknown", f"it had sent no heartbeat for {row.last_seen_seconds} s"


def _has_live_worker(state: ClusterState, host: str, excluded: str) -> bool:
    """Return whether the host has another connected worker."""
    workers = state.workers
    if workers.columns is None or workers.columns.host is None:
        return False
    at = workers.index.get(excluded)
    return any(
        name == host and place != at and workers.names[place] not in workers.leaving
        for place, name in enumerate(workers.columns.host)
    )
