"""Decodes a scheduler's report with pycapnp; what its release does not send is None."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from scaler_monitor.wire.bounded_ids import BoundedIds
from scaler_monitor.wire.decode_cache import DecodeCache
from scaler_monitor.wire.event import (
    ClientStatus,
    ManagerStatus,
    ProcessorColumns,
    StateScheduler,
    StorageStatus,
    WorkerColumns,
)
from scaler_monitor.wire.fields import read_message_totals, read_state_totals
from scaler_monitor.wire.frame_limits import REFERENCE_ROWS
from scaler_monitor.wire.list_kinds import (
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
from scaler_monitor.wire.segments import Segments, StructListRef, StructRef
from scaler_monitor.wire.struct_layout import EMPTY_SHAPE, Layout, Shape
from scaler_monitor.wire.text import Clean


class StructForm(NamedTuple):
    """Layout and shape of one kind of struct in a report."""

    layout: Layout
    shape: Shape

    def has(self, field: str) -> bool:
        """Return whether the release that wrote the structs has a field."""
        return self.layout.has(field, self.shape)


class ReportShapes(NamedTuple):
    """Layouts and shapes of all structs in a report."""

    worker: StructForm
    processor: StructForm
    client: StructForm
    storage: Shape
    scaling: StructForm
    manager: StructForm


def read_scheduler(
    report: Any, segments: Segments, body: StructRef, layout: Layout, cache: DecodeCache
) -> StateScheduler:
    """Return the event of a StateScheduler laid out as `layout`; `kept` makes its names and ids.

    Raises MalformedFrame, UnusualLayout and what pycapnp raises.
    """
    name = cache.names.clean
    forms = _ReportChecker(segments).check(body, layout, report.scalingManager)
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
        clients=None if states is None else _clients(report.clientManager.clients, forms.client, name),
        objects=objects.numberOfObjects,
        storage=_storage(objects.storage) if forms.storage != EMPTY_SHAPE else None,
        task_states=states,
        workers=_workers(report.workerManager.workers, forms, cache),
        manager_workers={
            name(pair.workerManagerID): tuple(name(worker) for worker in pair.workerIDs)
            for pair in scaling.managedWorkers
        },
        managers=_managers(scaling.workerManagerDetails, forms.manager, name)
        if forms.scaling.has("workerManagerDetails")
        else None,
    )


class _ReportChecker:
    """Checks all lists of a report before they are read: pycapnp does not limit their claimed sizes."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._rows = 0

    def check(self, body: StructRef, layout: Layout, scaling_manager: Any) -> ReportShapes:
        """Return the shapes. Raises MalformedFrame for a list that is invalid or too long."""
        binder = self._member(body, layout, "binder")
        objects = self._member(body, layout, "objectManager")
        scaling = self._member(body, layout, "scalingManager")
        storage, _ = self._member(*objects, "storage") if "storage" in objects[1].inner else (None, None)
        for direction in ("received", "sent"):
            self._check_list(*binder, direction, MESSAGE_TOTALS)
        self._check_list(*self._member(body, layout, "taskManager"), "stateToCount", STATE_TOTALS)
        clients = self._check_list(*self._member(body, layout, "clientManager"), "clients", CLIENTS)
        workers = self._check_list(*self._member(body, layout, "workerManager"), "workers", WORKERS)
        managers = self._check_list(*scaling, "workerManagerDetails", MANAGERS)
        self._check_list(*scaling, "managedWorkers", MANAGED)
        self._count(MANAGED_IDS, sum(len(pair.workerIDs) for pair in scaling_manager.managedWorkers), (0, 1))
        worker_layout = layout.inner["workerManager"].inner["workers"]
        return ReportShapes(
            worker=_form(worker_layout, workers),
            processor=self._processor_form(worker_layout, workers),
            client=_form(layout.inner["clientManager"].inner["clients"], clients),
            storage=storage.shape if storage else EMPTY_SHAPE,
            scaling=_form(scaling[1], scaling[0]),
            manager=_form(scaling[1].inner["workerManagerDetails"], managers),
        )

    def _member(
        self, holder: StructRef | None, layout: Layout, field: str
    ) -> tuple[StructRef | None, Layout]:
        """Return a nested struct, None if it is absent, and its layout."""
        found = self._segments.member(holder, layout.pointer(field)) if holder else None
        return found, layout.inner[field]

    def _check_list(
        self, holder: StructRef | None, layout: Layout, field: str, kind: ListKind
    ) -> StructListRef | None:
        """Return a checked list of structs; None if it is absent."""
        found = self._segments.structs(holder, layout.pointer(field)) if holder else None
        if found is not None:
            self._count(kind, found.length, found.shape)
        return found

    def _count(self, kind: ListKind, count: int, shape: Shape) -> None:
        self._segments.check_list(kind, count, shape)
        self._rows += count
        if self._rows > REFERENCE_ROWS:
            raise MalformedFrame(f"{count:,} {kind.what} in no usual layout")

    def _processor_form(self, layout: Layout, workers: StructListRef | None) -> StructForm:
        """Return the smallest shape of any worker's processors; absent lists are ignored."""
        seen = set()
        for worker in _each(workers) if workers else ():
            processors = self._check_list(worker, layout, "processorStatuses", PROCESSORS)
            if processors is not None:
                seen.add(processors.shape)
        smallest = EMPTY_SHAPE
        if seen:
            smallest = min(data for data, _ in seen), min(pointers for _, pointers in seen)
        return StructForm(layout.inner["processorStatuses"], smallest)


def _each(listed: StructListRef) -> Iterator[StructRef]:
    stride = listed.data_words + listed.pointers
    for index in range(listed.length):
        yield StructRef(listed.at + index * stride, listed.segment, *listed.shape)


def _form(layout: Layout, found: StructRef | StructListRef | None) -> StructForm:
    return StructForm(layout, found.shape if found else EMPTY_SHAPE)


def _messages(pairs: Iterable[Any], name: Clean) -> dict[str, int] | None:
    return read_message_totals((name(read_text(pair, "client")), pair.number) for pair in pairs)


def _clients(clients: Iterable[Any], form: StructForm, name: Clean) -> tuple[ClientStatus, ...]:
    if not form.has("resource"):
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


def _managers(managers: Iterable[Any], form: StructForm, name: Clean) -> tuple[ManagerStatus, ...]:
    return tuple(
        ManagerStatus(
            manager=name(manager.workerManagerID),
            identity=name(read_text(manager, "identity")),
            last_seen_seconds=manager.lastSeenSeconds,
            max_task_concurrency=manager.maxTaskConcurrency,
            capabilities=name(read_text(manager, "capabilities")),
            pending_workers=manager.pendingWorkers if form.has("pendingWorkers") else None,
        )
        for manager in managers
    )


def _workers(workers: Any, forms: ReportShapes, cache: DecodeCache) -> WorkerColumns:
    name = cache.names.clean
    rows = list(workers)
    agents = [row.agent for row in rows]
    processors = [list(row.processorStatuses) for row in rows]
    has = forms.worker.has
    return WorkerColumns(
        worker=tuple(name(row.workerId) for row in rows),
        host=tuple(name(read_text(row, "hostname")) for row in rows) if has("hostname") else None,
        itl=tuple(cache.names.word(read_text(row, "itl")) for row in rows),
        agent_cpu_permille=np.array([agent.cpu for agent in agents], np.uint16),
        agent_rss_bytes=np.array([agent.rss for agent in agents], np.uint64),
        rss_free_bytes=np.array([row.rssFree for row in rows], np.uint64),
        free=np.array([row.free for row in rows], np.uint32),
        sent=np.array([row.sent for row in rows], np.uint32),
        queued=np.array([row.queued for row in rows], np.uint32),
        suspended=np.array([row.suspended for row in rows], np.uint8),
        lag_microseconds=np.array([row.lagMicroseconds for row in rows], np.uint64),
        last_seen_seconds=np.array([row.lastSeenSeconds for row in rows], np.uint16),
        memory_limit_bytes=np.array([row.memLimit for row in rows], np.uint64) if has("memLimit") else None,
        net_sent_bytes=np.array([row.netSentBytes for row in rows], np.uint64)
        if has("netSentBytes")
        else None,
        net_received_bytes=np.array([row.netRecvBytes for row in rows], np.uint64)
        if has("netRecvBytes")
        else None,
        first_processor=np.cumsum([0, *map(len, processors)], dtype=np.int64),
        processors=_processors([item for items in processors for item in items], forms.processor, cache.ids),
    )


def _processors(rows: list[Any], form: StructForm, ids: BoundedIds) -> ProcessorColumns:
    resources = [row.resource for row in rows]
    return ProcessorColumns(
        pid=np.array([row.pid for row in rows], np.uint32),
        cpu_permille=np.array([resource.cpu for resource in resources], np.uint16),
        rss_bytes=np.array([resource.rss for resource in resources], np.uint64),
        initialized=np.array([row.initialized for row in rows], np.bool_),
        has_task=np.array([row.hasTask for row in rows], np.bool_),
        suspended=np.array([row.suspended for row in rows], np.bool_),
        task_id=tuple(ids(row.currentTaskId) for row in rows) if form.has("currentTaskId") else None,
        task_age_seconds=np.array([row.taskAgeSeconds for row in rows], np.uint32)
        if form.has("taskAgeSeconds")
        else None,
    )
