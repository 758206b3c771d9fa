"""The one vocabulary of events that every scheduler release is decoded into.

Text in an event is safe to print: `wire.text.clean` has been applied once, at this border. Numbers keep
the wire's own units. `None` means that the release does not say; it is never a measured zero. Field
meanings were read off real schedulers of releases 1.12.7 to 2.9.0.
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
"""Names of TaskState by their number on the wire. A number beyond them is decoded as `state<N>`."""

FINAL_STATES = frozenset({"success", "failed", "failedWorkerDied", "canceled", "canceledNotFound"})
FAILED_STATES = frozenset({"failed", "failedWorkerDied"})
HELD_STATES = frozenset({"running", "canceling", "balanceCanceling"})
"""States of a task that its worker holds: one that is asked for it back still has it until it answers."""
CANCELED_STATES = frozenset({"canceled", "canceledNotFound"})


class Capability(NamedTuple):
    """A capability that a task asks for or a worker has; `value` -1 means that it has no quantity."""

    name: str
    value: int


class Profile(NamedTuple):
    """The ProfileResult (`!fQf`) that a finished task carries as metadata."""

    duration_seconds: float
    memory_growth_bytes: int
    cpu_seconds: float


class StateTask(NamedTuple):
    """One transition of one task. `running` means sent to a worker, not yet on a processor."""

    task_id: bytes
    function: str  # "" where this message names none
    state: str  # of TASK_STATES
    worker: str  # "" where this message names none
    capabilities: tuple[Capability, ...] | None
    profile: Profile | None
    object_bytes: int | None
    client: str | None
    event: str | None


class StateWorker(NamedTuple):
    """A worker connected (with what it can do) or left."""

    worker: str
    state: str | None  # "connected", "disconnected"; None for another word (1.12.7 sends one as text)
    capabilities: tuple[Capability, ...] | None


class ObjectDetail(NamedTuple):
    """One of the biggest objects of a StateObject report."""

    object_id: bytes
    name: str
    kind: str  # "serializer", "object"
    size_bytes: int
    creator: str
    tasks: int


class StateObject(NamedTuple):
    """The biggest objects, and how many there are in all (2.9)."""

    objects: tuple[ObjectDetail, ...]
    total: int


class StateBalanceAdvice(NamedTuple):
    """The balancer's wish to take tasks away from a worker."""

    worker: str
    task_ids: tuple[bytes, ...]
    more: int = 0  # tasks beyond these


class StateGraphTask(NamedTuple):
    """A node of a graph was announced."""

    graph_task_id: bytes
    task_id: bytes
    kind: str  # "normal", "target"
    parent_task_ids: tuple[bytes, ...]
    more: int = 0  # parents beyond these


class StateClient(NamedTuple):
    """Reserved by the schemas, seen from no release."""


class ClientStatus(NamedTuple):
    """One client in a report; before 2.9 only the id and the number of tasks."""

    client: str
    tasks: int
    host: str | None
    cpu_permille: int | None
    rss_bytes: int | None
    latency_microseconds: int | None
    connected_seconds: int | None
    last_seen_seconds: int | None


class ManagerStatus(NamedTuple):
    """One worker manager's own words (1.27 and later)."""

    manager: str
    identity: str
    last_seen_seconds: int
    max_task_concurrency: int
    capabilities: str
    pending_workers: int | None  # from 2.0.9


class StorageStatus(NamedTuple):
    """The object storage server's totals (2.9)."""

    objects: int
    unique_objects: int
    total_bytes: int
    pending_requests: int
    pending_objects: int
    oldest_pending_seconds: int


Figures = NDArray[np.integer[Any]]
"""As wide as on the wire, unsigned; the model puts -1 for what cannot be."""


@dataclass(frozen=True, slots=True)
class ProcessorColumns:
    """All processors of a report, worker after worker: one array entry a processor, m in all."""

    pid: NDArray[np.uint32]
    cpu_permille: NDArray[np.uint16]
    rss_bytes: Figures
    initialized: NDArray[np.bool_]
    has_task: NDArray[np.bool_]
    suspended: NDArray[np.bool_]
    task_id: tuple[bytes, ...] | None  # b"" where idle; None before 2.9
    task_age_seconds: NDArray[np.uint32] | None  # None before 2.9


@dataclass(frozen=True, slots=True)
class WorkerColumns:
    """The worker list of a report as columns: n workers, entry i of each column is worker i.

    Worker i's processors are entries `first_processor[i]` to `first_processor[i + 1]` of `processors`.
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
    memory_limit_bytes: Figures | None  # None before 2.7; 0 means no limit known
    net_sent_bytes: Figures | None  # None before 2.9
    net_received_bytes: Figures | None  # None before 2.9
    first_processor: NDArray[np.int64]  # n + 1 entries
    processors: ProcessorColumns


@dataclass(frozen=True, slots=True)
class StateScheduler:
    """The report of every interval: the scheduler's own figures and totals."""

    cpu_permille: int
    rss_bytes: int
    rss_free_bytes: int
    sent: Mapping[str, int] | None  # messages by name; None where the release fills the list wrongly
    received: Mapping[str, int] | None
    clients: tuple[ClientStatus, ...] | None
    objects: int
    storage: StorageStatus | None
    task_states: Mapping[str, int] | None  # the truth for counters; None as for `sent`
    workers: WorkerColumns
    manager_workers: Mapping[str, tuple[str, ...]]  # manager id to the ids of its workers
    managers: tuple[ManagerStatus, ...] | None  # None before 1.27


Event = (
    StateScheduler | StateTask | StateWorker | StateObject | StateBalanceAdvice | StateGraphTask | StateClient
)
