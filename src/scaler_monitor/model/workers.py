"""Workers and their processors: the columns of the latest report, and the departed workers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.event_log import WorkerLeft
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.missing_values import UNKNOWN, mark_unknown, total, valid_or_none
from scaler_monitor.model.processor_peaks import current_rss, update_peaks
from scaler_monitor.model.worker_capabilities import WorkerCapabilities
from scaler_monitor.model.worker_sums import sum_by_worker
from scaler_monitor.wire.event import Capability, ProcessorColumns, WorkerColumns

Capabilities = tuple[Capability, ...]

SILENT_SECONDS = 5
"""A worker is silent if its last heartbeat is more than this many seconds old."""


class DepartedWorker(NamedTuple):
    """A departed worker with its last figures; units as in WorkerColumns."""

    worker: str
    manager: str | None
    host: str | None
    left: float  # unix seconds
    capabilities: Capabilities | None
    itl: str
    agent_cpu_permille: int
    agent_rss_bytes: int
    cpu_permille: int  # sum over its processors
    rss_bytes: int  # sum over its processors
    rss_free_bytes: int
    memory_limit_bytes: int | None
    free: int
    sent: int
    queued: int
    suspended: int
    lag_microseconds: int
    last_seen_seconds: int
    processors: int
    busy: int  # processors with a task


def worker_left_event(row: DepartedWorker, *, disconnected: bool) -> WorkerLeft:
    """Return the log event for a departed worker; `disconnected` tells whether it sent a message."""
    return WorkerLeft(row.worker, disconnected, row.manager, row.sent, row.busy)


def rss_with_agents(workers: Workers, columns: WorkerColumns) -> NDArray[np.int64]:
    """Return the memory in bytes of processors and agent by worker: the sum of known values, else UNKNOWN.

    For a worker without processors it is that of the agent.
    """
    parts = workers.rss_bytes, columns.agent_rss_bytes.astype(np.int64)
    silent = (parts[0] < 0) | (workers.processor_count == 0)
    both: NDArray[np.int64] = np.maximum(parts[0], 0) + np.maximum(parts[1], 0)
    return np.where(silent & (parts[1] < 0), UNKNOWN, both)


def fleet_rss(workers: Workers) -> int | None:
    """Return the memory in bytes of all processors and agents; None if no value is known."""
    if workers.columns is None:
        return None
    return valid_or_none(total(rss_with_agents(workers, workers.columns)))


class Workers:
    """The workers of the latest report. Arrays and lists have one entry per worker, as `columns`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.columns: WorkerColumns | None = None
        """Columns of the latest report, with UNKNOWN for invalid values; None before the first report."""
        self.names: tuple[str, ...] = ()
        """Worker ids, the same as `columns.worker`."""
        self.index: dict[str, int] = {}
        """Index of each worker by id."""
        self.cpu_permille: NDArray[np.int64] = np.zeros(0, np.int64)
        """Sum over the processors, in permille of one core."""
        self.rss_bytes: NDArray[np.int64] = np.zeros(0, np.int64)
        """Sum over the processors; UNKNOWN if one of them is unknown."""
        self.processor_count: NDArray[np.int64] = np.zeros(0, np.int64)
        self.manager: list[str | None] = []
        """Id of the manager; None if no manager lists the worker."""
        self.processor_peak_rss: NDArray[np.uint64] = np.zeros(0, np.uint64)
        """Peak memory in bytes by processor, as observed in the reports."""
        self.task_age_seconds: NDArray[np.float64] | None = None
        """Seconds that its task has been on each processor: the age at the worker's last heartbeat plus the
        seconds since then. NaN if idle; None before 2.9."""
        self.on_processor: dict[bytes, int] = {}
        """Index in `columns.processors` by the id of the task on it; empty before 2.9."""
        self.suspended_tasks: frozenset[bytes] = frozenset()
        """Ids in `on_processor` that are suspended."""
        self.capabilities = WorkerCapabilities(limits.workers, limits.capabilities_memory)
        """Capabilities sent by each worker when it connected; those of a missing worker are unknown."""
        self.departed: dict[str, DepartedWorker] = {}
        """By id, in order of departure."""
        self.leaving: dict[str, float] = {}
        """Unix seconds by worker of the latest report that has disconnected since."""
        self.announced: set[tuple[str, bool]] = set()
        """Workers that connected (True) or disconnected since the latest report, which are already logged."""
        self._managers: Mapping[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self.names)

    @property
    def processors(self) -> ProcessorColumns | None:
        """The processors of the latest report."""
        return None if self.columns is None else self.columns.processors

    @property
    def silent(self) -> NDArray[np.bool_]:
        """For each worker, whether it is silent."""
        if self.columns is None:
            return np.zeros(0, np.bool_)
        silent: NDArray[np.bool_] = self.columns.last_seen_seconds > SILENT_SECONDS
        return silent

    def processor_owner(self) -> NDArray[np.int64]:
        """Return the index of the worker by processor."""
        return np.repeat(np.arange(len(self.names)), self.processor_count)

    def processor_range(self, worker: str) -> range:
        """Return the indices of a worker's processors; empty for a worker that is not in the report."""
        position = self.index.get(worker)
        if position is None or self.columns is None:
            return range(0)
        first = self.columns.first_processor
        return range(int(first[position]), int(first[position + 1]))

    def connected(self, worker: str, capabilities: Capabilities | None) -> None:
        """Record that a worker connected, with its capabilities if known."""
        self.leaving.pop(worker, None)
        self.departed.pop(worker, None)
        if capabilities is not None:
            self.capabilities.remember(worker, capabilities)

    def disconnected(self, worker: str, now: float) -> None:
        """Record that a worker disconnected at `now`; the next report confirms it."""
        if worker in self.index:
            self.leaving[worker] = now
        else:
            self.capabilities.forget(worker)

    def apply(
        self, columns: WorkerColumns, managers: Mapping[str, tuple[str, ...]], now: float
    ) -> tuple[list[str], list[WorkerLeft]]:
        """Apply a report; return the new workers, and an event for each that is no longer in it."""
        added: list[str] = []
        left: list[WorkerLeft] = []
        same = columns.worker == self.names
        known = mark_unknown(columns)
        if self.columns is None:
            self.processor_peak_rss = current_rss(known)
        else:
            peaks = self.processor_peak_rss
            self.processor_peak_rss = update_peaks(self.columns, self.index, peaks, known, same_workers=same)
        if not same:
            index = dict(zip(columns.worker, range(len(columns.worker)), strict=True))
            added = [name for name in columns.worker if name not in self.index]
            gone = [name for name in self.names if name not in index]
            left = [self._depart(name, self.leaving.get(name, now)) for name in gone]
            for name in added:
                self.departed.pop(name, None)
            self.index = index
            self.names = columns.worker
        self._update_sums(known)
        if not (same and managers == self._managers):
            self._assign_managers(managers)
        self.leaving = {}
        return added, left

    def restore(self, columns: WorkerColumns, managers: Mapping[str, tuple[str, ...]]) -> None:
        """Restore from the `columns` of another object and the managers of the same report."""
        self.names = columns.worker
        self.index = dict(zip(columns.worker, range(len(columns.worker)), strict=True))
        self._update_sums(columns)
        self._assign_managers(managers)
        self.place_tasks()

    def _update_sums(self, columns: WorkerColumns) -> None:
        self.columns = columns
        first, rss = columns.first_processor, columns.processors.rss_bytes
        self.cpu_permille = sum_by_worker(columns.processors.cpu_permille, first)
        self.rss_bytes = sum_by_worker(np.maximum(rss, 0), first)
        self.rss_bytes[sum_by_worker(rss < 0, first) > 0] = UNKNOWN
        self.processor_count = np.diff(first)
        self.task_age_seconds = _task_ages(columns, self.processor_count)

    def _assign_managers(self, managers: Mapping[str, tuple[str, ...]]) -> None:
        self._managers = managers
        of = {worker: manager for manager, workers in managers.items() for worker in workers}
        self.manager = [of.get(name) for name in self.names]

    def last_figures(self, worker: str, left: float) -> DepartedWorker:
        """Return the figures of a worker of the latest report that departs at `left` (unix seconds)."""
        columns, at = self.columns, self.index[worker]
        assert columns is not None  # the index is filled by a report
        limit = columns.memory_limit_bytes
        return DepartedWorker(
            worker,
            self.manager[at],
            None if columns.host is None else columns.host[at],
            left,
            self.capabilities.get(worker),
            columns.itl[at],
            int(columns.agent_cpu_permille[at]),
            int(columns.agent_rss_bytes[at]),
            int(self.cpu_permille[at]),
            int(self.rss_bytes[at]),
            int(columns.rss_free_bytes[at]),
            None if limit is None else int(limit[at]),
            int(columns.free[at]),
            int(columns.sent[at]),
            int(columns.queued[at]),
            int(columns.suspended[at]),
            int(columns.lag_microseconds[at]),
            int(columns.last_seen_seconds[at]),
            int(self.processor_count[at]),
            int(np.count_nonzero(columns.processors.has_task[slice(*columns.first_processor[at : at + 2])])),
        )

    def _depart(self, worker: str, left: float) -> WorkerLeft:
        row = self.last_figures(worker, left)
        self.capabilities.forget(worker)
        self.departed.pop(worker, None)
        self.departed[worker] = row
        if len(self.departed) > self._limits.departed:
            del self.departed[next(iter(self.departed))]
        return worker_left_event(row, disconnected=False)

    def place_tasks(self) -> tuple[dict[bytes, int], list[bytes], list[bytes], list[bytes]]:
        """Update `on_processor` and `suspended_tasks`.

        Return `on_processor`, and the ids that are new on a processor, that are gone, and that were suspended
        or resumed; each in the order of the processors.
        """
        processors = self.processors
        ids = None if processors is None else processors.task_id
        before = self.on_processor
        on = {} if ids is None else dict(zip(ids, range(len(ids)), strict=True))
        on.pop(b"", None)
        self.on_processor = on
        suspended: frozenset[bytes] = frozenset()
        if processors is not None and ids is not None:
            suspended = frozenset(ids[at] for at in np.flatnonzero(processors.suspended).tolist())
        turned = [id_ for id_ in suspended ^ self.suspended_tasks if id_ in on and id_ in before]
        turned.sort(key=on.__getitem__)
        self.suspended_tasks = suspended
        return on, [i for i in on if i not in before], [i for i in before if i not in on], turned

    def tick(self, now: float) -> None:
        """Remove departed workers after `limits.departed_seconds`."""
        gone = [
            name
            for name, row in self.departed.items()
            if not 0 <= now - row.left < self._limits.departed_seconds
        ]
        for name in gone:
            row = self.departed.pop(name)
            if row.left > now:  # the clock was set back
                self.departed[name] = row._replace(left=now)

    def snapshot(self) -> Workers:
        """Return a copy that shares the arrays of the report, which never change."""
        other = Workers(self._limits)
        other.__dict__.update(self.__dict__)
        other.capabilities = self.capabilities.snapshot()
        other.departed = self.departed.copy()
        other.leaving = self.leaving.copy()
        other.announced = self.announced.copy()
        return other


def _task_ages(columns: WorkerColumns, processors: NDArray[np.int64]) -> NDArray[np.float64] | None:
    table = columns.processors
    if table.task_age_seconds is None:
        return None
    silent = np.repeat(columns.last_seen_seconds.astype(np.float64), processors)
    return np.where(table.has_task, table.task_age_seconds + silent, np.nan)
