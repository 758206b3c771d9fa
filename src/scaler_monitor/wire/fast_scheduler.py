"""Decodes a scheduler's report without pycapnp: its lists are read as numpy arrays.

In a larger struct of a future release, the known fields have the same offsets.
"""

from __future__ import annotations

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
from scaler_monitor.wire.generation import LAYOUTS, Generation
from scaler_monitor.wire.list_kinds import (
    CLIENTS,
    MANAGED,
    MANAGED_IDS,
    MANAGERS,
    MESSAGE_TOTALS,
    PROCESSORS,
    STATE_TOTALS,
    WORKERS,
)
from scaler_monitor.wire.segments import Segments, StructRef
from scaler_monitor.wire.struct_columns import FrameWords, Structs
from scaler_monitor.wire.struct_layout import EMPTY_SHAPE
from scaler_monitor.wire.text import CleanNames


def read_scheduler_fast(
    segments: Segments, body: StructRef, generation: Generation, cache: DecodeCache
) -> StateScheduler:
    """Return the event of a StateScheduler whose struct is `body`.

    Raises UnusualLayout if the reference reader must be used, MalformedFrame for a corrupt frame.
    """
    names = cache.names
    report = FrameWords(segments).one(body, LAYOUTS[generation]["stateScheduler"])
    resource, objects = report.members("scheduler"), report.members("objectManager")
    scaling, binder = report.members("scalingManager"), report.members("binder")
    pairs, _ = report.members("taskManager").lists("stateToCount", STATE_TOTALS)
    states = read_state_totals(
        list(zip(pairs.number("state").tolist(), pairs.number("count").tolist(), strict=True))
    )
    clients, _ = report.members("clientManager").lists("clients", CLIENTS)
    workers, _ = report.members("workerManager").lists("workers", WORKERS)
    return StateScheduler(
        cpu_permille=_single(resource, "cpu"),
        rss_bytes=_single(resource, "rss"),
        rss_free_bytes=_single(report, "rssFree"),
        sent=_messages(binder, "sent", names),
        received=_messages(binder, "received", names),
        clients=None if states is None else _clients(clients, names),
        objects=_single(objects, "numberOfObjects"),
        storage=_storage(objects.members("storage")) if objects.has("storage") else None,
        task_states=states,
        workers=_workers(workers, cache),
        manager_workers=_manager_workers(scaling, cache),
        managers=_managers(scaling, names),
    )


def _single(one: Structs, field: str) -> int:
    return int(one.number(field)[0])


def _messages(binder: Structs, direction: str, names: CleanNames) -> dict[str, int] | None:
    pairs, _ = binder.lists(direction, MESSAGE_TOTALS)
    texts = pairs.blobs("client", names.__getitem__)
    return read_message_totals(zip(texts, pairs.number("number").tolist(), strict=True))


def _clients(clients: Structs, names: CleanNames) -> tuple[ClientStatus, ...]:
    ids = clients.blobs("clientId", names.__getitem__)
    tasks = clients.number("numTask").tolist()
    if not clients.has("resource"):
        return tuple(
            ClientStatus(client, count, None, None, None, None, None, None)
            for client, count in zip(ids, tasks, strict=True)
        )
    resources = clients.members("resource")
    return tuple(
        map(
            ClientStatus,
            ids,
            tasks,
            clients.blobs("hostname", names.__getitem__),
            resources.number("cpu").tolist(),
            resources.number("rss").tolist(),
            clients.number("latencyMicroseconds").tolist(),
            clients.number("connectedSeconds").tolist(),
            clients.number("lastSeenSeconds").tolist(),
        )
    )


def _storage(storage: Structs) -> StorageStatus | None:
    if storage.shape == EMPTY_SHAPE:
        return None
    return StorageStatus(
        objects=_single(storage, "objectCount"),
        unique_objects=_single(storage, "uniqueCount"),
        total_bytes=_single(storage, "totalBytes"),
        pending_requests=_single(storage, "pendingRequests"),
        pending_objects=_single(storage, "pendingObjects"),
        oldest_pending_seconds=_single(storage, "oldestPendingSeconds"),
    )


def _manager_workers(scaling: Structs, cache: DecodeCache) -> dict[str, tuple[str, ...]]:
    names = cache.names
    managers, _ = scaling.lists("managedWorkers", MANAGED)
    workers, first = managers.blob_lists("workerIDs", MANAGED_IDS, names.__getitem__, cache.columns)
    borders = first.tolist()
    return {
        manager: workers[borders[index] : borders[index + 1]]
        for index, manager in enumerate(managers.blobs("workerManagerID", names.__getitem__))
    }


def _managers(scaling: Structs, names: CleanNames) -> tuple[ManagerStatus, ...] | None:
    managers, _ = scaling.lists("workerManagerDetails", MANAGERS)
    if not scaling.has("workerManagerDetails"):
        return None
    pending: list[int] | list[None] = [None] * len(managers)
    if managers.has("pendingWorkers"):
        pending = managers.number("pendingWorkers").tolist()
    return tuple(
        map(
            ManagerStatus,
            managers.blobs("workerManagerID", names.__getitem__),
            managers.blobs("identity", names.__getitem__),
            managers.number("lastSeenSeconds").tolist(),
            managers.number("maxTaskConcurrency").tolist(),
            managers.blobs("capabilities", names.__getitem__),
            pending,
        )
    )


def _workers(workers: Structs, cache: DecodeCache) -> WorkerColumns:
    names = cache.names
    agents = workers.members("agent")
    processors, first = workers.lists("processorStatuses", PROCESSORS)
    return WorkerColumns(
        worker=workers.blobs("workerId", names.__getitem__, cache.columns),
        host=workers.blobs("hostname", names.__getitem__, cache.columns) if workers.has("hostname") else None,
        itl=workers.blobs("itl", names.word),
        agent_cpu_permille=agents.number("cpu"),
        agent_rss_bytes=agents.number("rss"),
        rss_free_bytes=workers.number("rssFree"),
        free=workers.number("free"),
        sent=workers.number("sent"),
        queued=workers.number("queued"),
        suspended=workers.number("suspended"),
        lag_microseconds=workers.number("lagMicroseconds"),
        last_seen_seconds=workers.number("lastSeenSeconds").astype(np.uint16, copy=False),
        memory_limit_bytes=workers.number("memLimit") if workers.has("memLimit") else None,
        net_sent_bytes=workers.number("netSentBytes") if workers.has("netSentBytes") else None,
        net_received_bytes=workers.number("netRecvBytes") if workers.has("netRecvBytes") else None,
        first_processor=first,
        processors=_processors(processors, cache.ids),
    )


def _processors(processors: Structs, ids: BoundedIds) -> ProcessorColumns:
    resources = processors.members("resource")
    return ProcessorColumns(
        pid=processors.number("pid"),
        cpu_permille=resources.number("cpu"),
        rss_bytes=resources.number("rss"),
        initialized=processors.flag("initialized"),
        has_task=processors.flag("hasTask"),
        suspended=processors.flag("suspended"),
        task_id=processors.ids("currentTaskId", ids) if processors.has("currentTaskId") else None,
        task_age_seconds=processors.number("taskAgeSeconds") if processors.has("taskAgeSeconds") else None,
    )
