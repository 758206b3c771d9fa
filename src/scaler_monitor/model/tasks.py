"""Task records, bounded in number and in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from itertools import islice
from typing import TYPE_CHECKING

from scaler_monitor.wire.event import FINAL_STATES, Capability, Profile

if TYPE_CHECKING:
    from scaler_monitor.model.clients import ClientTally
    from scaler_monitor.model.functions import Function

MISSED = "unknown"
"""State of a task whose end was not observed: the scheduler counts fewer open tasks than the records."""


def parse_hex_id(text: str) -> bytes:
    """Return the id for its hexadecimal form; empty if `text` is not hexadecimal."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


class Task:
    """One task; an unknown value is None. Times are unix seconds of the monitor's clock.

    The record of an ended task never changes, nor does one that a snapshot shares, see `Tasks.writable`.
    """

    __slots__ = (
        "attempts",
        "capabilities",
        "changed",
        "client",
        "ended",
        "epoch",
        "event",
        "first_seen",
        "function",
        "function_entry",
        "id",
        "number",
        "object_bytes",
        "profile",
        "sent",
        "started",
        "state",
        "tally",
        "worker",
    )

    id: bytes
    number: int
    """Sequence number of the record; ascending by `first_seen`."""
    function: str | None
    client: str | None
    worker: str | None
    """The last worker reported for the task."""
    capabilities: tuple[Capability, ...] | None
    state: str
    """The last state reported by the scheduler, or MISSED."""
    event: str | None
    """The scheduler's event in the latest message."""
    attempts: int
    """Number of attempts: 1, plus one each time the task reappeared after its end."""
    first_seen: float
    changed: float
    """Time of the latest message."""
    sent: float | None
    """Time at which it was sent to its worker."""
    started: float | None
    """Start on a processor: from the profile of the result, or from a report (accurate to about a second)."""
    ended: float | None
    """Time at which its end was received or found to be missed; None while the task is open."""
    profile: Profile | None
    object_bytes: int | None
    epoch: int
    """Value of `Tasks.epoch` when the record was created or copied."""
    function_entry: Function | None
    """The entry that counts the task."""
    tally: ClientTally | None
    """The tally of its client that counts the task."""

    @property
    def hex(self) -> str:
        """The id in hexadecimal, as displayed and used as row id."""
        return self.id.hex()

    @property
    def final(self) -> bool:
        """Whether the task is in a final state."""
        return self.state in FINAL_STATES

    @property
    def duration_seconds(self) -> float | None:
        """Seconds on the processor, from the profile; None without a profile."""
        return None if self.profile is None else self.profile.duration_seconds

    @property
    def memory_growth_bytes(self) -> int | None:
        """Bytes of peak memory above that at the start, from the profile; None without a profile."""
        return None if self.profile is None else self.profile.memory_growth_bytes

    @property
    def cpu_seconds(self) -> float | None:
        """CPU time in seconds, from the profile; None without a profile."""
        return None if self.profile is None else self.profile.cpu_seconds

    def copy(self) -> Task:
        """Return a copy of the record."""
        other = Task.__new__(Task)
        for name in Task.__slots__:
            setattr(other, name, getattr(self, name))
        return other


_BLOCK_BYTES = 1 << 16
"""Memory is accounted for in blocks of consecutive records of at least this size."""

NEWEST_ENDED = 2_000
"""Number of the newest ended tasks that a snapshot keeps in order of their ends."""


class Tasks:
    """The bounded set of task records. Ended tasks are evicted first, in order of their ends."""

    def __init__(self, limit: int, memory: int) -> None:
        self.limit = limit
        self._memory_limit = memory
        self._memory_blocks: deque[tuple[int, int]] = deque()
        """Bytes of consecutive records and the value of `made` after them; oldest first."""
        self._memory = 0
        self._left = 0
        """Value of `made` before the first of the memory blocks."""
        self.records: dict[bytes, Task] = {}
        """By id, in order of `first_seen`."""
        self.live: OrderedDict[bytes, Task] = OrderedDict()
        """Open tasks by id, in order of `first_seen`. An OrderedDict: the first item of a dict with many
        deletions is slow to find."""
        self.ended: deque[Task] = deque()
        """Ended tasks in order of their ends; may contain records that were reopened or evicted since."""
        self.evicted = 0
        """Number of records evicted."""
        self.evicted_open = 0
        """Number of evicted records whose task was open."""
        self.made = 0
        """Number of records created so far."""
        self.epoch = 0
        """Number of snapshots taken so far; a snapshot shares the records of earlier epochs."""

    def __len__(self) -> int:
        return len(self.records)

    def get(self, task_id: bytes) -> Task | None:
        """Return the record of a task; None if there is none."""
        return self.records.get(task_id)

    def find_hex(self, text: str) -> Task | None:
        """Return the record of the task with this hexadecimal id; None if there is none."""
        return self.records.get(parse_hex_id(text))

    def make(self, task_id: bytes, state: str, now: float) -> Task:
        """Add and return a record for a new task. The caller adds it to `live` or `ended`."""
        task = Task.__new__(Task)
        task.id = task_id
        self.made = task.number = self.made + 1
        task.function = task.client = task.worker = task.capabilities = task.event = None
        task.state = state
        task.attempts = 1
        task.epoch = self.epoch
        task.first_seen = task.changed = now
        task.sent = task.started = task.ended = task.profile = task.object_bytes = None
        task.function_entry = task.tally = None
        self.records[task_id] = task
        return task

    def writable(self, task: Task) -> Task:
        """Return a record of an open task that may be modified: a copy if a snapshot shares it."""
        if task.epoch != self.epoch:
            task = task.copy()
            task.epoch = self.epoch
            self.records[task.id] = self.live[task.id] = task
        return task

    def reopen(self, old: Task) -> Task:
        """Replace the record of an ended task by an open one: it reappeared, or was not missed after all."""
        task = old.copy()
        task.epoch = self.epoch
        task.ended = None
        if old.final:
            task.attempts += 1
            task.worker = task.sent = task.started = task.profile = None
        self.records[task.id] = task
        self.live[task.id] = task
        return task

    def add_memory(self, memory: int) -> int:
        """Account for `memory` bytes of the newest records; return the number of records to keep."""
        blocks = self._memory_blocks
        if blocks and blocks[-1][0] < _BLOCK_BYTES:
            blocks[-1] = (blocks[-1][0] + memory, self.made)
        else:
            blocks.append((memory, self.made))
        self._memory += memory
        while self._memory > self._memory_limit and len(blocks) > 1:
            gone, self._left = blocks.popleft()
            self._memory -= gone
        while len(blocks) > 1 and blocks[0][1] <= self.made - self.limit:
            gone, _ = blocks.popleft()  # its records were evicted
            self._memory -= gone
        return self.made - self._left

    def end(self, task: Task) -> None:
        """Move a record from `live` to `ended`."""
        self.live.pop(task.id, None)
        self.ended.append(task)

    def tick(self) -> None:
        """Remove stale records from `ended`: each reopened task leaves one."""
        if len(self.ended) > 2 * self.limit:
            self.ended = deque(task for task in self.ended if self.records.get(task.id) is task)

    def evict_one(self) -> Task:
        """Evict and return the record that ended first, else the oldest open one. Requires a record."""
        records = self.records
        ended = self.ended
        while ended:
            task = ended.popleft()
            if records.get(task.id) is task:
                del records[task.id]
                self.evicted += 1
                return task
        task_id, task = self.live.popitem(last=False)
        del records[task_id]
        self.evicted += 1
        self.evicted_open += 1
        return task

    def snapshot(self) -> Tasks:
        """Return a read-only copy that shares the records: the model copies one before it modifies it.

        Its `ended` contains only the newest.
        """
        self.epoch += 1
        other = Tasks(self.limit, self._memory_limit)
        other.records, other.live = self.records.copy(), self.live.copy()
        other.ended = deque(islice(reversed(self.ended), NEWEST_ENDED))
        other.ended.reverse()
        other.evicted, other.evicted_open, other.made = self.evicted, self.evicted_open, self.made
        other._memory_blocks, other._memory, other._left = (
            self._memory_blocks.copy(),
            self._memory,
            self._left,
        )
        return other
