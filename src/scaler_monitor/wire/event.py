"""The event types, common to all scheduler releases.

Text in an event is safe to print: `wire.text.clean` has been applied. Numbers have the units of the wire
format. `None` means that the release does not send the value; it is never a measured zero. The meaning of
fields was observed on real schedulers of releases 1.12.7 to 2.9.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

TASK_STATES = (
    "inactive",
    "running",
    "canceling",
    "balanceCanceling",
    "success",
    "failed",
    "failedWorkerDied",
    "canceled",
    "canceledNotFound",
    "balanceCanceled",  # generation 1 only
    "workerDisconnecting",  # generation 1 only
)
"""Names of TaskState, indexed by their number on the wire. An unknown number is decoded as `state<N>`."""

FINAL_STATES = frozenset({"success", "failed", "failedWorkerDied", "canceled", "canceledNotFound"})
FAILED_STATES = frozenset({"failed", "failedWorkerDied"})
HELD_STATES = frozenset({"running", "canceling", "balanceCanceling"})
"""States in which the worker holds the task: it still has a task that is being canceled until it answers."""
CANCELED_STATES = frozenset({"canceled", "canceledNotFound"})


class Capability(NamedTuple):
    """A capability that a task requires or a worker has; `value` -1 means that it has no quantity."""

    name: str
    value: int


class Profile(NamedTuple):
    """The ProfileResult (`!fQf`) in the metadata of a finished task."""

    duration_seconds: float
    memory_growth_bytes: int
    cpu_seconds: float


class StateTask(NamedTuple):
    """One state transition of one task. `running` means sent to a worker, perhaps not on a processor yet."""

    task_id: bytes
    function: str  # "" if this message names none
    state: str  # one of TASK_STATES
    worker: str  # "" if this message names none
    capabilities: tuple[Capability, ...] | None
    profile: Profile | None
    object_bytes: int | None
    client: str | None
    event: str | None


class StateWorker(NamedTuple):
    """A worker connected (with its capabilities) or disconnected."""

    worker: str
    state: str | None  # "connected" or "disconnected"; None for another text (1.12.7 sends text)
    capabilities: tuple[Capability, ...] | None


class ObjectDetail(NamedTuple):
    """One of the largest objects, in a StateObject report."""

    object_id: bytes
    name: str
    kind: str  # "serializer", "object"
    size_bytes: int
    creator: str
    tasks: int


class StateObject(NamedTuple):
    """The largest objects, and the total number of objects (2.9)."""

    objects: tuple[ObjectDetail, ...]
    total: int


class StateBalanceAdvice(NamedTuple):
    """The balancer's request to take tasks away from a worker."""

    worker: str
    task_ids: tuple[bytes, ...]
    more: int = 0  # number of tasks that are not in `task_ids`


class StateGraphTask(NamedTuple):
    """A task that is a node of a graph."""

    graph_task_id: bytes
    task_id: bytes
    kind: str  # "normal", "target"
    parent_task_ids: tuple[bytes, ...]
    more: int = 0  # number of parents that are not in `parent_task_ids`


class StateClient(NamedTuple):
    """Reserved by the schemas; no release sends it."""


class ClientStatus(NamedTuple):
    """One client in a report; before 2.9 only its id and number of tasks."""

    client: str
    tasks: int
    host: str | None
    cpu_permille: int | None
    rss_bytes: int | None
    latency_microseconds: int | None
    connected_seconds: int | None
    last_seen_seconds: int | None


class ManagerStatus(NamedTuple):
    """The status that a worker manager reports about itself (1.27 and later)."""

    manager: str
    identity: str
    last_seen_seconds: int
    max_task_concurrency: int
    capabilities: str
    pending_workers: int | None  # from 2.0.9


class StorageStatus(NamedTuple):
    """Totals of the object storage server (2.9)."""

    objects: int
    unique_objects: int
    total_bytes: int
    pending_requests: int
    pending_objects: int
    oldest_pending_seconds: int


Figures = NDArray[np.integer[Any]]
"""Unsigned integers of the width on the wire."""


@dataclass(frozen=True, slots=True)
class ProcessorColumns:
    """All processors of a report, ordered by worker: one array element per processor."""

    pid: NDArray[np.uint32]
    cpu_permille: NDArray[np.uint16]
    rss_bytes: Figures
    initialized: NDArray[np.bool_]
    has_task: NDArray[np.bool_]
    suspended: NDArray[np.bool_]
    task_id: tuple[bytes, ...] | None  # b"" if idle; None before 2.9
    task_age_seconds: NDArray[np.uint32] | None  # None before 2.9


@dataclass(frozen=True, slots=True)
class WorkerColumns:
    """The n workers of a report as columns: element i of each column is worker i.

    The processors of worker i are elements `first_processor[i]` to `first_processor[i + 1]` of `processors`.
    """

    worker: tuple[str, ...]
    host: tuple[str, ...] | None  # None before 2.9
    itl: tuple[str, ...]
    agent_cpu_permille: NDArray[np.uint16]
    agent_rss_bytes: Figures
    rss_free_bytes: Figures
    free: Figures
    sent: Figures
    queued: Figures
    suspended: NDArray[np.uint8]
    lag_microseconds: Figures
    last_seen_seconds: NDArray[np.uint16]
    memory_limit_bytes: Figures | None  # None before 2.7; 0: no limit is known
    net_sent_bytes: Figures | None  # None before 2.9
    net_received_bytes: Figures | None  # None before 2.9
    first_processor: NDArray[np.int64]  # n + 1 elements
    processors: ProcessorColumns


@dataclass(frozen=True, slots=True)
class StateScheduler:
    """The scheduler's periodic report: its resources, totals, workers, clients and managers."""

    cpu_permille: int
    rss_bytes: int
    rss_free_bytes: int
    sent: Mapping[str, int] | None  # messages by name; None if the release fills the list wrongly
    received: Mapping[str, int] | None
    clients: tuple[ClientStatus, ...] | None
    objects: int
    storage: StorageStatus | None
    task_states: Mapping[str, int] | None  # number of tasks by state; None as for `sent`
    workers: WorkerColumns
    manager_workers: Mapping[str, tuple[str, ...]]  # ids of workers by manager id
    managers: tuple[ManagerStatus, ...] | None  # None before 1.27


Event = (
    StateScheduler | StateTask | StateWorker | StateObject | StateBalanceAdvice | StateGraphTask | StateClient
)
