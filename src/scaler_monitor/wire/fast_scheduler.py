"""A scheduler's report to its event without Cap'n Proto's machinery: its lists are read as arrays."""

from __future__ import annotations

import numpy as np

from scaler_monitor.wire.columns import FrameWords, Structs
from scaler_monitor.wire.event import (
    ClientStatus,
    ManagerStatus,
    ProcessorColumns,
    StateScheduler,
    StorageStatus,
    WorkerColumns,
)
from scaler_monitor.wire.fields import read_message_totals, read_state_totals
from scaler_monitor.wire.generation import Generation
from scaler_monitor.wire.ids import BoundedIds
from scaler_monitor.wire.kept import Kept
from scaler_monitor.wire.listed import (
    CLIENTS,
    MANAGED,
    MANAGED_IDS,
    MANAGERS,
    MESSAGE_TOTALS,
    PROCESSORS,
    STATE_TOTALS,
    WORKERS,
)
from scaler_monitor.wire.segments import Segments, Span, has_fields
from scaler_monitor.wire.text import CleanNames


def read_scheduler_fast(segments: Segments, body: Span, generation: Generation, kept: Kept) -> StateScheduler:
    """Return the event of a StateScheduler whose struct is `body`.

    Raises OddLayout for what the reference must read, MalformedFrame for what is broken.
    """
    names = kept.names
    report = FrameWords(segments).one(body)
    resource, objects, scaling = report.members(1), report.members(3), report.members(6)
    binder = report.members(0)
    pairs, _ = report.members(4).lists(0, STATE_TOTALS)
    states = read_state_totals(
        list(zip(pairs.number(np.uint8, 0).tolist(), pairs.number(np.uint32, 1).tolist(), strict=True))
    )
    clients, _ = report.members(2).lists(0, CLIENTS)
    workers, _ = report.members(5).lists(0, WORKERS)
    managers, _ = scaling.lists(1, MANAGERS)
    return StateScheduler(
        cpu_permille=int(resource.number(np.uint16, 0)[0]),
        rss_bytes=int(resource.number(np.uint64, 1)[0]),
        rss_free_bytes=int(report.number(np.uint64, 0)[0]),
        sent=_messages(binder, 1, names),
        received=_messages(binder, 0, names),
        clients=None if states is None else _clients(clients, names),
        objects=int(objects.number(np.uint32, 0)[0]),
        storage=_storage(objects.members(0)) if objects.shape[1] else None,
        task_states=states,
        workers=_workers(workers, generation, kept),
        manager_workers=_manager_workers(scaling, names),
        managers=_managers(managers, generation, names) if scaling.shape[1] >= 2 else None,
    )


def _messages(binder: Structs, index: int, names: CleanNames) -> dict[str, int] | None:
    pairs, _ = binder.lists(index, MESSAGE_TOTALS)
    texts = pairs.blobs(0, names.__getitem__, closing_zero=True)
    return read_message_totals(zip(texts, pairs.number(np.uint32, 0).tolist(), strict=True))


def _clients(clients: Structs, names: CleanNames) -> tuple[ClientStatus, ...]:
    ids = clients.blobs(0, names.__getitem__)
    tasks = clients.number(np.uint32, 0).tolist()
    if not has_fields(clients.shape, 2, 3):
        return tuple(
            ClientStatus(client, count, None, None, None, None, None, None)
            for client, count in zip(ids, tasks, strict=True)
        )
    resources = clients.members(1)
    return tuple(
        map(
            ClientStatus,
            ids,
            tasks,
            clients.blobs(2, names.__getitem__, closing_zero=True),
            resources.number(np.uint16, 0).tolist(),
            resources.number(np.uint64, 1).tolist(),
            clients.number(np.uint32, 1).tolist(),
            clients.number(np.uint32, 3).tolist(),
            clients.number(np.uint16, 4).tolist(),
        )
    )


def _storage(storage: Structs) -> StorageStatus | None:
    if storage.shape == (0, 0):
        return None
    return StorageStatus(*(int(storage.number(np.uint64, word)[0]) for word in range(6)))


def _manager_workers(scaling: Structs, names: CleanNames) -> dict[str, tuple[str, ...]]:
    managers, _ = scaling.lists(0, MANAGED)
    ids, first = managers.pointer_lists(1, MANAGED_IDS)
    workers = ids.blobs(0, names.__getitem__)
    borders = first.tolist()
    return {
        manager: workers[borders[index] : borders[index + 1]]
        for index, manager in enumerate(managers.blobs(0, names.__getitem__))
    }


def _managers(managers: Structs, generation: Generation, names: CleanNames) -> tuple[ManagerStatus, ...]:
    seen = managers.number(np.uint16, 0) if generation == 2 else managers.number(np.uint8, 0)
    pending: list[int] | list[None] = managers.number(np.uint32, 2).tolist()
    if managers.shape[0] < 2:
        pending = [None] * len(managers)
    return tuple(
        map(
            ManagerStatus,
            managers.blobs(0, names.__getitem__),
            managers.blobs(1, names.__getitem__, closing_zero=True),
            seen.tolist(),
            managers.number(np.uint32, 1).tolist(),
            managers.blobs(2, names.__getitem__, closing_zero=True),
            pending,
        )
    )


def _workers(workers: Structs, generation: Generation, kept: Kept) -> WorkerColumns:
    names = kept.names
    data_words, pointers = workers.shape
    agents = workers.members(1)
    processors, first = workers.lists(3, PROCESSORS)
    if generation == 2:
        last_seen = workers.number(np.uint16, 11)
    else:
        last_seen = workers.number(np.uint8, 21).astype(np.uint16)
    return WorkerColumns(
        worker=workers.blobs(0, names.__getitem__),
        host=workers.blobs(4, names.__getitem__, closing_zero=True) if pointers >= 5 else None,
        itl=workers.blobs(2, names.word, closing_zero=True),
        agent_cpu_permille=agents.number(np.uint16, 0),
        agent_rss_bytes=agents.number(np.uint64, 1),
        rss_free_bytes=workers.number(np.uint64, 0),
        free=workers.number(np.uint32, 2),
        sent=workers.number(np.uint32, 3),
        queued=workers.number(np.uint32, 4),
        suspended=workers.number(np.uint8, 20),
        lag_microseconds=workers.number(np.uint64, 3),
        last_seen_seconds=last_seen,
        memory_limit_bytes=workers.number(np.uint64, 4) if data_words >= 5 else None,
        net_sent_bytes=workers.number(np.uint64, 5) if data_words >= 7 else None,
        net_received_bytes=workers.number(np.uint64, 6) if data_words >= 7 else None,
        first_processor=first,
        processors=_processors(processors, kept.ids),
    )


def _processors(processors: Structs, ids: BoundedIds) -> ProcessorColumns:
    resources = processors.members(0)
    from_2_9 = has_fields(processors.shape, 2, 2)
    return ProcessorColumns(
        pid=processors.number(np.uint32, 0),
        cpu_permille=resources.number(np.uint16, 0),
        rss_bytes=resources.number(np.uint64, 1),
        initialized=processors.flag(32),
        has_task=processors.flag(33),
        suspended=processors.flag(34),
        task_id=processors.ids(1, ids) if from_2_9 else None,
        task_age_seconds=processors.number(np.uint32, 2) if from_2_9 else None,
    )
