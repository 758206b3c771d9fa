"""StateScheduler frames of large fleets: pycapnp builds one, then numpy patches its numbers.

Every number that changes is built with a unique marker value, so that its offset can be found by searching.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.simulate.synthetic_fleet import GIBIBYTE, MANAGER_WORKERS, Fleet
from scaler_monitor.simulate.task_frames import LENGTH_BYTES, TASK_ID_BYTES, Bytes
from scaler_monitor.wire.event import TASK_STATES
from scaler_monitor.wire.schema import load_generation

COUNTED_STATES = TASK_STATES[:9]
MESSAGES = ("task", "taskResult", "workerHeartbeat", "clientHeartbeat", "objectInstruction")
PROCESSOR_MEMORY = 2 * GIBIBYTE
"""Bytes of a worker's memory limit per processor."""

_WORKER, _AGENT, _PROCESSOR, _TASK_ID, _TASK_ID_TAIL = (
    tag << 48 for tag in (0xA5B1, 0xA5B2, 0xA5B3, 0xA5B4, 0xA5B6)
)
_PID_MARK = 0xA5C00000  # all of these in 32 bits
_STATE_MARK = 0xA5D00000
_MESSAGE_MARK = 0xA5E00000
_ITL_MARK, _ITL_BUSY, _ITL_IDLE = (int.from_bytes(itl, "little") for itl in (b"?!?", b"111", b"100"))
_Places = NDArray[np.int64]


class ReportFrame:
    """The report of one fleet.

    `patch` returns the frame for the current state, with the YMQ length prefix.
    """

    def __init__(self, fleet: Fleet, generation: int) -> None:
        self._fleet = fleet
        self._generation = generation
        self._schema = load_generation(generation)
        frame = self._build()
        self._bytes: Bytes = np.frombuffer(
            len(frame).to_bytes(LENGTH_BYTES, "little") + frame, np.uint8
        ).copy()
        self._words = self._bytes.view("<u8")
        self._halves = self._bytes.view("<u4")
        self._quarters = self._bytes.view("<u2")
        workers, slots = len(fleet.workers), len(fleet.workers) * fleet.processors
        self._worker_at = self._find_words(_WORKER, workers)
        self._agent_at = self._find_words(_AGENT, workers)
        self._processor_at = self._find_words(_PROCESSOR, slots)
        self._pid_at = self._find_halves(_PID_MARK, slots)
        self._state_at = self._find_halves(_STATE_MARK, len(COUNTED_STATES))
        self._message_at = self._find_halves(_MESSAGE_MARK, 2 * len(MESSAGES))
        self._task_id_at = self._find_words(_TASK_ID, slots) if generation == 2 else np.zeros(0, np.int64)
        self._task_pointer_at = self._pid_at // 2 + 3  # after two words of data and the resource's pointer
        self._task_pointers = self._words[self._task_pointer_at] if generation == 2 else self._words[:0]
        self._itl_at = np.flatnonzero(self._words == _ITL_MARK)  # in the order of the workers
        self._pids = np.arange(slots, dtype=np.uint32) + 1000
        self._rng = np.random.default_rng(2)
        self._net = np.zeros(workers, np.uint64)

    def patch(
        self,
        states: Mapping[str, int],
        busy: NDArray[np.bool_],
        task_ids: Bytes,
        age_seconds: NDArray[np.int64],
        messages: NDArray[np.uint32],
    ) -> bytes:
        """Return the frame with the totals by state, and for each processor whether it is busy, its task and
        age.

        `messages` has the counts of received messages, then of sent ones, in the order of MESSAGES.
        """
        fleet = self._fleet
        slots, workers = len(busy), len(fleet.workers)
        self._halves[self._state_at] = [states.get(state, 0) for state in COUNTED_STATES]
        self._halves[self._message_at] = messages
        rss = (self._rng.integers(120, 900, slots) + 400 * busy) << 20
        self._words[self._processor_at] = rss
        self._quarters[(self._processor_at - 1) * 4] = np.where(busy, self._rng.integers(700, 1000, slots), 3)
        self._halves[self._pid_at] = self._pids
        self._halves[self._pid_at + 1] = 1 | (busy.astype(np.uint32) << 1)  # initialized, hasTask
        if self._generation == 2:
            self._halves[self._pid_at + 2] = np.where(busy, age_seconds, 0)
            self._words[self._task_pointer_at] = np.where(busy, self._task_pointers, 0)  # none: no data
            self._words[self._task_id_at] = task_ids.view("<u8")[:, 0]
            self._words[self._task_id_at + 1] = task_ids.view("<u8")[:, 1]
        first_busy = busy[:: fleet.processors]
        self._words[self._itl_at] = np.where(first_busy, _ITL_BUSY, _ITL_IDLE)
        held = busy.reshape(workers, fleet.processors).sum(axis=1)
        used = rss.reshape(workers, fleet.processors).sum(axis=1)
        self._words[self._worker_at] = fleet.processors * PROCESSOR_MEMORY - used
        self._halves[(self._worker_at + 1) * 2] = 1000 - held  # free
        self._halves[(self._worker_at + 1) * 2 + 1] = held  # sent
        self._words[self._worker_at + 3] = self._rng.integers(300, 4000, workers)  # lag
        if self._generation == 2:
            self._net += self._rng.integers(0, 100_000, workers).astype(np.uint64)
            self._words[self._worker_at + 5] = self._net
            self._words[self._worker_at + 6] = self._net // 2
        self._words[self._agent_at] = self._rng.integers(60, 80, workers) << 20
        self._quarters[(self._agent_at - 1) * 4] = self._rng.integers(1, 30, workers)
        return self._bytes.tobytes()

    def _find_words(self, mark: int, count: int) -> _Places:
        """Return the word offsets of the markers `mark` to `mark + count - 1`, in that order."""
        found = np.flatnonzero((self._words >= mark) & (self._words < mark + count))
        return self._in_order(found, self._words, count)

    def _find_halves(self, mark: int, count: int) -> _Places:
        found = np.flatnonzero((self._halves >= mark) & (self._halves < mark + count))
        return self._in_order(found, self._halves, count)

    @staticmethod
    def _in_order(found: _Places, values: NDArray[Any], count: int) -> _Places:
        if len(found) != count:
            raise RuntimeError(f"a report was built with {len(found)} marks where {count} were set")
        return found[np.argsort(values[found])]

    def _build(self) -> bytes:
        fleet = self._fleet
        message = self._schema.Message.new_message()
        report: Any = message.init("stateScheduler")
        report.scheduler.cpu, report.scheduler.rss = 312, 400 << 20
        report.rssFree = 32 * GIBIBYTE
        for number, side in enumerate(("received", "sent")):
            pairs = report.binder.init(side, len(MESSAGES))
            for n, name in enumerate(MESSAGES):
                pairs[n].client, pairs[n].number = name, _MESSAGE_MARK + number * len(MESSAGES) + n
        self._build_clients(report.clientManager.init("clients", len(fleet.clients)))
        report.objectManager.numberOfObjects = 40
        if self._generation == 2:
            storage = report.objectManager.storage
            storage.objectCount, storage.uniqueCount, storage.totalBytes = 40, 38, 123 << 20
        pairs = report.taskManager.init("stateToCount", len(COUNTED_STATES))
        for n in range(len(COUNTED_STATES)):
            pairs[n].state, pairs[n].count = n, _STATE_MARK + n
        rows = report.workerManager.init("workers", len(fleet.workers))
        for number, row in enumerate(rows):
            self._build_worker(number, row)
        self._build_managers(report.scalingManager)
        return bytes(message.to_bytes())

    def _build_clients(self, rows: Any) -> None:
        for number, row in enumerate(rows):
            row.clientId, row.numTask = self._fleet.clients[number], 100 + number
            if self._generation == 2:
                row.resource.cpu, row.resource.rss = 50, 90 << 20
                row.latencyMicroseconds, row.connectedSeconds, row.hostname = 800, 60, f"laptop-{number}"

    def _build_worker(self, number: int, row: Any) -> None:
        fleet = self._fleet
        row.workerId = fleet.workers[number]
        row.agent.rss, row.rssFree = _AGENT + number, _WORKER + number
        row.lastSeenSeconds, row.itl = 1, "?!?"
        if self._generation == 2:
            row.memLimit, row.hostname = fleet.processors * PROCESSOR_MEMORY, fleet.host_of(number)
        for n, processor in enumerate(row.init("processorStatuses", fleet.processors)):
            slot = number * fleet.processors + n
            processor.pid = _PID_MARK + slot
            processor.resource.rss = _PROCESSOR + slot
            if self._generation == 2:
                mark = (_TASK_ID + slot).to_bytes(8, "little") + _TASK_ID_TAIL.to_bytes(8, "little")
                processor.currentTaskId = mark[:TASK_ID_BYTES]

    def _build_managers(self, scaling: Any) -> None:
        fleet = self._fleet
        pairs = scaling.init("managedWorkers", len(fleet.managers))
        details = scaling.init("workerManagerDetails", len(fleet.managers))
        for number, manager in enumerate(fleet.managers):
            its_workers = fleet.workers[number * MANAGER_WORKERS : (number + 1) * MANAGER_WORKERS]
            pairs[number].workerManagerID = manager
            ids = pairs[number].init("workerIDs", len(its_workers))
            for n, worker in enumerate(its_workers):
                ids[n] = worker
            detail = details[number]
            detail.workerManagerID, detail.identity = manager, f"manager|{manager.decode()}"
            detail.maxTaskConcurrency = MANAGER_WORKERS
            detail.capabilities = " ".join(fleet.manager_capabilities[number])
