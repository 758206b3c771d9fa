"""A scheduler's report through pycapnp, with what its release lacks left unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from scaler_monitor.wire.event import (
    ClientStatus,
    ManagerStatus,
    ProcessorColumns,
    StateScheduler,
    StorageStatus,
    WorkerColumns,
)
from scaler_monitor.wire.fields import read_message_totals, read_state_totals
from scaler_monitor.wire.ids import BoundedIds
from scaler_monitor.wire.kept import Kept
from scaler_monitor.wire.limits import REFERENCE_ROWS
from scaler_monitor.wire.listed import (
    CLIENTS,
    MANAGED,
    MANAGED_IDS,
    MANAGERS,
    MESSAGE_TOTALS,
    PROCESSORS,
    STATE_TOTALS,
    WORKERS,
    ListKind,
)
from scaler_monitor.wire.malformed import MalformedFrame
from scaler_monitor.wire.reference_text import read_text
from scaler_monitor.wire.segments import Segments, Shape, Span, SpanList, has_fields
from scaler_monitor.wire.text import Clean

NOTHING: Shape = (0, 0)


class ReportShapes(NamedTuple):
    """How the report's structs are on the wire."""

    worker: Shape
    processor: Shape
    client: Shape
    storage: Shape
    scaling: Shape
    manager: Shape


def read_scheduler(report: Any, segments: Segments, body: Span, kept: Kept) -> StateScheduler:
    """Return the event of a StateScheduler; `kept` makes its names and ids.

    Raises MalformedFrame, OddLayout and what pycapnp raises.
    """
    name = kept.names.clean
    shapes = _Lists(segments).look_at(body, report.scalingManager)
    states = read_state_totals([(pair.state, pair.count) for pair in report.taskManager.stateToCount])
    objects = report.objectManager
    scaling = report.scalingManager
    binder = report.binder
    return StateScheduler(
        cpu_permille=report.scheduler.cpu,
        rss_bytes=report.scheduler.rss,
        rss_free_bytes=report.rssFree,
        sent=_messages(binder.sent, name),
        received=_messages(binder.received, name),
        clients=None if states is None else _clients(report.clientManager.clients, shapes.client, name),
        objects=objects.numberOfObjects,
        storage=_storage(objects.storage) if shapes.storage != NOTHING else None,
        task_states=states,
        workers=_workers(report.workerManager.workers, shapes, kept),
        manager_workers={
            name(pair.workerManagerID): tuple(name(worker) for worker in pair.workerIDs)
            for pair in scaling.managedWorkers
        },
        managers=_managers(scaling.workerManagerDetails, shapes.manager, name)
        if shapes.scaling[1] >= 2
        else None,
    )


class _Lists:
    """Looks at all lists of a report before they are read: pycapnp would take what they claim."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._rows = 0

    def look_at(self, body: Span, scaling_manager: Any) -> ReportShapes:
        """Return the shapes; raises MalformedFrame for a list that must not be read, or that is too long."""
        segments = self._segments
        binder, objects, scaling = (segments.member(body, index) for index in (0, 3, 6))
        storage = segments.member(objects, 0) if objects else None
        for index in (0, 1):
            self._admit(binder, index, MESSAGE_TOTALS)
        self._admit(segments.member(body, 4), 0, STATE_TOTALS)
        clients = self._admit(segments.member(body, 2), 0, CLIENTS)
        workers = self._admit(segments.member(body, 5), 0, WORKERS)
        managers = self._admit(scaling, 1, MANAGERS)
        self._admit(scaling, 0, MANAGED)
        self._count(MANAGED_IDS, sum(len(pair.workerIDs) for pair in scaling_manager.managedWorkers), (0, 1))
        return ReportShapes(
            worker=workers.shape if workers else NOTHING,
            processor=self._processor_shape(workers) if workers else NOTHING,
            client=clients.shape if clients else NOTHING,
            storage=storage.shape if storage else NOTHING,
            scaling=scaling.shape if scaling else NOTHING,
            manager=managers.shape if managers else NOTHING,
        )

    def _admit(self, holder: Span | None, index: int, kind: ListKind) -> SpanList | None:
        """Return a list of structs that may be read; None for no list."""
        found = self._segments.structs(holder, index) if holder else None
        if found is not None:
            self._count(kind, found.length, found.shape)
        return found

    def _count(self, kind: ListKind, count: int, shape: Shape) -> None:
        self._segments.admit(kind, count, shape)
        self._rows += count
        if self._rows > REFERENCE_ROWS:
            raise MalformedFrame(f"{count:,} {kind.what} in no usual layout")

    def _processor_shape(self, workers: SpanList) -> Shape:
        """Return the smallest shape of any worker's processors; an absent list says nothing."""
        stride = workers.data_words + workers.pointers
        seen = set()
        for index in range(workers.length):
            worker = Span(workers.at + index * stride, workers.segment, *workers.shape)
            processors = self._admit(worker, 3, PROCESSORS)
            if processors is not None:
                seen.add(processors.shape)
        if not seen:
            return NOTHING
        return min(data for data, _ in seen), min(pointers for _, pointers in seen)


def _messages(pairs: Iterable[Any], name: Clean) -> dict[str, int] | None:
    return read_message_totals((name(read_text(pair, "client")), pair.number) for pair in pairs)


def _clients(clients: Iterable[Any], shape: Shape, name: Clean) -> tuple[ClientStatus, ...]:
    if not has_fields(shape, 2, 3):
        return tuple(
            ClientStatus(name(client.clientId), client.numTask, None, None, None, None, None, None)
            for client in clients
        )
    return tuple(
        ClientStatus(
            client=name(client.clientId),
            tasks=client.numTask,
            host=name(read_text(client, "hostname")),
            cpu_permille=client.resource.cpu,
            rss_bytes=client.resource.rss,
            latency_microseconds=client.latencyMicroseconds,
            connected_seconds=client.connectedSeconds,
            last_seen_seconds=client.lastSeenSeconds,
        )
        for client in clients
    )


def _storage(storage: Any) -> StorageStatus:
    return StorageStatus(
        objects=storage.objectCount,
        unique_objects=storage.uniqueCount,
        total_bytes=storage.totalBytes,
        pending_requests=storage.pendingRequests,
        pending_objects=storage.pendingObjects,
        oldest_pending_seconds=storage.oldestPendingSeconds,
    )


def _managers(managers: Iterable[Any], shape: Shape, name: Clean) -> tuple[ManagerStatus, ...]:
    return tuple(
        ManagerStatus(
            manager=name(manager.workerManagerID),
            identity=name(read_text(manager, "identity")),
            last_seen_seconds=manager.lastSeenSeconds,
            max_task_concurrency=manager.maxTaskConcurrency,
            capabilities=name(read_text(manager, "capabilities")),
            pending_workers=manager.pendingWorkers if shape[0] >= 2 else None,
        )
        for manager in managers
    )


def _workers(workers: Any, shapes: ReportShapes, kept: Kept) -> WorkerColumns:
    name = kept.names.clean
    rows = list(workers)
    agents = [row.agent for row in rows]
    processors = [list(row.processorStatuses) for row in rows]
    data_words, pointers = shapes.worker
    return WorkerColumns(
        worker=tuple(name(row.workerId) for row in rows),
        host=tuple(name(read_text(row, "hostname")) for row in rows) if pointers >= 5 else None,
        itl=tuple(kept.names.word(read_text(row, "itl")) for row in rows),
        agent_cpu_permille=np.array([agent.cpu for agent in agents], np.uint16),
        agent_rss_bytes=np.array([agent.rss for agent in agents], np.uint64),
        rss_free_bytes=np.array([row.rssFree for row in rows], np.uint64),
        free=np.array([row.free for row in rows], np.uint32),
        sent=np.array([row.sent for row in rows], np.uint32),
        queued=np.array([row.queued for row in rows], np.uint32),
        suspended=np.array([row.suspended for row in rows], np.uint8),
        lag_microseconds=np.array([row.lagMicroseconds for row in rows], np.uint64),
        last_seen_seconds=np.array([row.lastSeenSeconds for row in rows], np.uint16),
        memory_limit_bytes=np.array([row.memLimit for row in rows], np.uint64) if data_words >= 5 else None,
        net_sent_bytes=np.array([row.netSentBytes for row in rows], np.uint64) if data_words >= 7 else None,
        net_received_bytes=np.array([row.netRecvBytes for row in rows], np.uint64)
        if data_words >= 7
        else None,
        first_processor=np.cumsum([0, *map(len, processors)], dtype=np.int64),
        processors=_processors([item for items in processors for item in items], shapes.processor, kept.ids),
    )


def _processors(rows: list[Any], shape: Shape, ids: BoundedIds) -> ProcessorColumns:
    resources = [row.resource for row in rows]
    from_2_9 = has_fields(shape, 2, 2)
    return ProcessorColumns(
        pid=np.array([row.pid for row in rows], np.uint32),
        cpu_permille=np.array([resource.cpu for resource in resources], np.uint16),
        rss_bytes=np.array([resource.rss for resource in resources], np.uint64),
        initialized=np.array([row.initialized for row in rows], np.bool_),
        has_task=np.array([row.hasTask for row in rows], np.bool_),
        suspended=np.array([row.suspended for row in rows], np.bool_),
        task_id=tuple(ids(row.currentTaskId) for row in rows) if from_2_9 else None,
        task_age_seconds=np.array([row.taskAgeSeconds for row in rows], np.uint32) if from_2_9 else None,
    )
