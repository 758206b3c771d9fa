"""Task records: what this monitor knows of each task, in the order of first seen."""

from __future__ import annotations

from collections import OrderedDict, deque
from itertools import islice
from typing import TYPE_CHECKING

from scaler_monitor.wire.event import FINAL_STATES, Capability, Profile

if TYPE_CHECKING:
    from scaler_monitor.model.clients import ClientTally
    from scaler_monitor.model.functions import Function

MISSED = "unknown"
"""State of a task whose end this monitor has missed: the scheduler's counts have no room for it."""


def parse_hex_id(text: str) -> bytes:
    """Return the id that `text` is in hex; empty where it is no hex."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


class Task:
    """One task. What no message has said is None. A record whose task has ended never changes again; nor
    does one that a frozen picture has, see `Tasks.own`.

    Times are unix seconds by the monitor's clock.
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
    """Counts the records made; grows with first seen."""
    function: str | None
    client: str | None
    worker: str | None
    """The latest worker that a message or a processor named."""
    capabilities: tuple[Capability, ...] | None
    state: str
    """As the scheduler said last, or MISSED."""
    event: str | None
    """The scheduler's event of the latest message."""
    attempts: int
    """Times it began: 1, and one more each time that it came back after an end."""
    first_seen: float
    changed: float
    """When the latest message came."""
    sent: float | None
    """When it was sent to its worker."""
    started: float | None
    """When it got onto a processor: from the profile of its result, or seen there (to about a second)."""
    ended: float | None
    """When its end was heard, or noticed as missed; None while it lives."""
    profile: Profile | None
    object_bytes: int | None
    epoch: int
    """That of `Tasks` when the record was made."""
    function_entry: Function | None
    """Where it is counted."""
    tally: ClientTally | None
    """Where it is counted for its client."""

    @property
    def hex(self) -> str:
        """The id as it is shown and as row id."""
        return self.id.hex()

    @property
    def final(self) -> bool:
        """Whether it was seen to end."""
        return self.state in FINAL_STATES

    @property
    def duration_seconds(self) -> float | None:
        """Seconds on the processor, from the profile."""
        return None if self.profile is None else self.profile.duration_seconds

    @property
    def memory_growth_bytes(self) -> int | None:
        """Peak memory over that at the start, from the profile."""
        return None if self.profile is None else self.profile.memory_growth_bytes

    @property
    def cpu_seconds(self) -> float | None:
        """CPU time, from the profile."""
        return None if self.profile is None else self.profile.cpu_seconds

    def copy(self) -> Task:
        """Return a record of its own with the same values."""
        other = Task.__new__(Task)
        for name in Task.__slots__:
            setattr(other, name, getattr(self, name))
        return other


_BLOCK_BYTES = 1 << 16

NEWEST_ENDED = 2_000
"""Of those that have ended, so many of the newest are told in the order of their ends by a snapshot."""


class Tasks:
    """The bounded set of task records. Ended tasks leave first, the earliest ended before all."""

    def __init__(self, limit: int, memory: int) -> None:
        self.limit = limit
        self._memory_limit = memory
        self._memory_blocks: deque[tuple[int, int]] = deque()
        """Bytes of what records name, and how many had been made by then; the earliest first."""
        self._memory = 0
        self._left = 0
        """Records made before those that the charges are of."""
        self.records: dict[bytes, Task] = {}
        """By id, in the order of first seen."""
        self.live: OrderedDict[bytes, Task] = OrderedDict()
        """Those that have not ended, in the order of first seen; the first is found at once, as it is not in
        a dict that many have left."""
        self.ended: deque[Task] = deque()
        """Those that have ended, the earliest first; some may have come back or left since."""
        self.shed = 0
        """Records that fell out."""
        self.shed_live = 0
        """Those among them whose task had not ended."""
        self.made = 0
        """Records made so far."""
        self.epoch = 0
        """Frozen pictures taken so far: a record of an earlier epoch is in one of them."""

    def __len__(self) -> int:
        return len(self.records)

    def get(self, task_id: bytes) -> Task | None:
        """Return the record of a task, or None where there is none (any more)."""
        return self.records.get(task_id)

    def find_hex(self, text: str) -> Task | None:
        """Return the record of the task whose id is `text` in hex; None where no task has it."""
        return self.records.get(parse_hex_id(text))

    def make(self, task_id: bytes, state: str, now: float) -> Task:
        """Add the record of a task not known so far."""
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
        """Return the record of a living task that may be changed: a copy where a picture has it."""
        if task.epoch != self.epoch:
            task = task.copy()
            task.epoch = self.epoch
            self.records[task.id] = self.live[task.id] = task
        return task

    def reopen(self, old: Task) -> Task:
        """Replace the record of an ended task by a living one: it came back, or its end was not missed."""
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
        """Say that the newest records name what takes `memory` bytes; returns how many there may be."""
        charges = self._memory_blocks
        if charges and charges[-1][0] < _BLOCK_BYTES:
            charges[-1] = (charges[-1][0] + memory, self.made)
        else:
            charges.append((memory, self.made))
        self._memory += memory
        while self._memory > self._memory_limit and len(charges) > 1:
            gone, self._left = charges.popleft()
            self._memory -= gone
        while len(charges) > 1 and charges[0][1] <= self.made - self.limit:
            gone, _ = charges.popleft()  # its records have been shed
            self._memory -= gone
        return self.made - self._left

    def end(self, task: Task) -> None:
        """Move a record to the ended ones."""
        self.live.pop(task.id, None)
        self.ended.append(task)

    def tick(self) -> None:
        """Forget ends of tasks that came back: ids that come again and again leave one each time."""
        if len(self.ended) > 2 * self.limit:
            self.ended = deque(task for task in self.ended if self.records.get(task.id) is task)

    def evict_one(self) -> Task:
        """Drop the record that matters least and return it; call only when there is one."""
        records = self.records
        ended = self.ended
        while ended:
            task = ended.popleft()
            if records.get(task.id) is task:
                del records[task.id]
                self.shed += 1
                return task
        task_id, task = self.live.popitem(last=False)
        del records[task_id]
        self.shed += 1
        self.shed_live += 1
        return task

    def snapshot(self) -> Tasks:
        """Share the records: whoever changes one of a living task copies it first.

        Of `ended` it has the newest alone.
        """
        self.epoch += 1
        other = Tasks(self.limit, self._memory_limit)
        other.records, other.live = self.records.copy(), self.live.copy()
        other.ended = deque(islice(reversed(self.ended), NEWEST_ENDED))
        other.ended.reverse()
        other.shed, other.shed_live, other.made = self.shed, self.shed_live, self.made
        other._memory_blocks, other._memory, other._left = (
            self._memory_blocks.copy(),
            self._memory,
            self._left,
        )
        return other
