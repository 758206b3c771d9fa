"""Functions: task counts by outcome, durations, CPU and memory of each."""

from __future__ import annotations

from collections import deque

from scaler_monitor.model.bounded_names import BoundedNames, NameBudget
from scaler_monitor.model.duration_histogram import DurationHistogram
from scaler_monitor.model.function_names import UNNAMED, shared_name
from scaler_monitor.model.limits import Limits

OTHER = "(other functions)"
"""Name of the entry for all functions beyond the limit."""
RATE_TICKS = 10
"""Rates are averages over this many ticks."""
USUAL_SAMPLES = 20
"""Number of durations from which on `Function.usual_seconds` is known."""


class Function:
    """Statistics of one function, since `first_seen`."""

    __slots__ = (
        "_sampled",
        "_samples",
        "canceled",
        "clients",
        "cpu_seconds",
        "durations",
        "failed",
        "first_seen",
        "last_seen",
        "memory_peak_bytes",
        "missed",
        "name",
        "names",
        "number",
        "running",
        "success",
        "waiting",
        "workers",
    )

    def __init__(self, name: str, now: float, max_names: int, budget: NameBudget, number: int = 0) -> None:
        self.name = name
        self.number = number
        """Sequence number; differs from that of an earlier, folded entry of the same name."""
        self.first_seen = now
        self.last_seen = now
        self.waiting = 0
        """Number of tasks in state `inactive` now."""
        self.running = 0
        """Number of tasks sent to workers that have not ended."""
        self.success = 0
        self.failed = 0
        """failed and failedWorkerDied."""
        self.canceled = 0
        """canceled and canceledNotFound."""
        self.missed = 0
        """Tasks whose end was not observed: there was no message, or their record was evicted before."""
        self.durations = DurationHistogram()
        """From profiles; `durations.total` is the total time on processors in seconds."""
        self.cpu_seconds = 0.0
        self.memory_peak_bytes: int | None = None
        """Largest memory growth of one of its tasks; None without profiles."""
        self.workers = BoundedNames(max_names, budget)
        """Workers on which its tasks ended."""
        self.clients = BoundedNames(max_names, budget)
        """Clients that submitted its tasks."""
        self.names = BoundedNames(max_names, budget) if name == UNNAMED else None
        """Names of its functions if the entry is UNNAMED, which counts many of them; else None."""
        self._sampled = (0, 0, 0)
        """`ended`, `success` and `failed` at the latest sample."""
        self._samples: deque[tuple[float, int, int, int]] = deque(maxlen=RATE_TICKS + 1)

    @property
    def ended(self) -> int:
        """Number of ended tasks."""
        return self.success + self.failed + self.canceled

    @property
    def tasks(self) -> int:
        """Number of observed tasks; a task that reappears after its end counts again.

        It decreases for the name "" when the function of a task becomes known. A function that was folded
        into OTHER starts from 0 when it reappears.
        """
        return self.waiting + self.running + self.ended + self.missed

    @property
    def empty(self) -> bool:
        """Whether it counts no task (any more)."""
        return not self.tasks

    @property
    def failure(self) -> float | None:
        """Share of failed tasks (0 to 1) among those that succeeded or failed; None if there are none."""
        judged = self.success + self.failed
        return self.failed / judged if judged else None

    @property
    def usual_seconds(self) -> float | None:
        """95th percentile of the durations in seconds; None for fewer than USUAL_SAMPLES durations."""
        return self.durations.quantile(0.95) if self.durations.count >= USUAL_SAMPLES else None

    @property
    def recent_failure(self) -> float | None:
        """Like `failure`, for tasks that ended during the last RATE_TICKS ticks."""
        if len(self._samples) < 2:
            return None
        (_, _, good, bad), (_, _, success, failed) = self._samples[0], self._samples[-1]
        judged = success - good + failed - bad
        return (failed - bad) / judged if judged > 0 else None

    @property
    def rate(self) -> float:
        """Ended tasks per second during the last RATE_TICKS ticks."""
        if len(self._samples) < 2:
            return 0.0
        (then, before, *_), (now, after, *_) = self._samples[0], self._samples[-1]
        return (after - before) / (now - then) if now > then else 0.0

    def sample(self, now: float) -> bool:
        """Take a sample for the rates; return whether tasks ended during the last RATE_TICKS ticks."""
        samples = self._samples
        if samples and not samples[-1][0] < now < samples[-1][0] + 60:
            samples.clear()
        if not samples:
            samples.append((now - 1, *self._sampled))
        self._sampled = (self.ended, self.success, self.failed)
        samples.append((now, *self._sampled))
        if len(samples) <= RATE_TICKS or samples[0][1] != samples[-1][1]:
            return True
        samples.clear()
        return False

    def merge(self, other: Function) -> None:
        """Add the counts of `other`, which is not used any more."""
        self.waiting += other.waiting
        self.running += other.running
        self.success += other.success
        self.failed += other.failed
        self.canceled += other.canceled
        self.missed += other.missed
        self.cpu_seconds += other.cpu_seconds
        self.last_seen = max(self.last_seen, other.last_seen)
        self.durations.merge(other.durations)
        if other.memory_peak_bytes is not None:
            self.memory_peak_bytes = max(self.memory_peak_bytes or 0, other.memory_peak_bytes)
        self.workers.merge(other.workers)
        self.clients.merge(other.clients)

    def release(self) -> None:
        """Free the memory of a folded entry: records of ended tasks may still refer to it."""
        del self.durations, self.workers, self.clients, self._samples

    def snapshot(self) -> Function:
        """Return a copy; large parts are shared until they change."""
        other = Function.__new__(Function)
        own = {
            "_samples": self._samples.copy(),
            "durations": self.durations.copy(),
            "workers": self.workers.snapshot(),
            "clients": self.clients.snapshot(),
            "names": None if self.names is None else self.names.snapshot(),
        }
        for name in Function.__slots__:
            setattr(other, name, own[name] if name in own else getattr(self, name))
        return other


class Functions:
    """Functions by name. Beyond the limit, idle ones with the fewest tasks are folded into OTHER."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.functions
        self._names_per_function = limits.names_per_function
        self._budget = NameBudget(limits.function_names, limits.function_names_memory)
        self.entries: dict[str, Function] = {}
        """By name, without OTHER; the name of tasks without a known function is ""."""
        self.other: Function | None = None
        """The entry for all folded functions; None if there are none."""
        self.made = 0
        """Number of entries created so far."""
        self.folded = 0
        """Number of times that a name was folded into `other`."""
        self._active: set[Function] = set()

    def __len__(self) -> int:
        """Return the number of entries with tasks, without OTHER."""
        nameless = self.entries.get("")
        return len(self.entries) - (nameless is not None and nameless.empty)

    def rows(self) -> list[Function]:
        """Return all entries, OTHER last if it exists; without "" if it counts no task."""
        rows = [entry for entry in self.entries.values() if entry.name or not entry.empty]
        return rows if self.other is None else [*rows, self.other]

    def total_seconds(self) -> float:
        """Return the total time of all functions on processors, in seconds."""
        return sum(entry.durations.total for entry in self.rows())

    def get(self, name: str) -> Function | None:
        """Return the entry of `name`; None if there is none or it was folded."""
        return self.entries.get(shared_name(name))

    def find(self, name: str, now: float) -> Function:
        """Return the entry that counts tasks of `name`; create it if necessary. OTHER if there is no room."""
        entry = self.entries.get(name)
        if entry is None and (shared := shared_name(name)) != name:
            entry = self.find(shared, now)
            if entry.names is not None:
                entry.names.add(name)
            return entry
        if entry is None:
            if len(self.entries) >= self._limit:
                self._fold(now)
            if len(self.entries) >= self._limit:
                self.folded += 1
                return self._other(now)
            entry = self.entries[name] = self._make(name, now)
        return entry

    def resolve(self, entry: Function | None) -> Function | None:
        """Return `entry`, or OTHER if it was folded."""
        if entry is None or self.entries.get(entry.name) is entry:
            return entry
        return self.other

    def mark_active(self, entry: Function) -> None:
        """Record that tasks of `entry` ended: its rate is sampled from now on."""
        self._active.add(entry)

    def tick(self, now: float) -> None:
        """Sample the rates of active entries."""
        for entry in list(self._active):
            if not entry.sample(now):
                self._active.discard(entry)

    def _other(self, now: float) -> Function:
        if self.other is None:
            self.other = self._make(OTHER, now)
        return self.other

    def _make(self, name: str, now: float) -> Function:
        self.made += 1
        return Function(name, now, self._names_per_function, self._budget, self.made)

    def _fold(self, now: float) -> None:
        """Fold a tenth of the limit into OTHER: entries without open tasks, the smallest first.

        An entry that counts many names is kept: it takes less memory than they would.
        """
        idle = [
            entry
            for entry in self.entries.values()
            if not entry.running and not entry.waiting and entry.names is None
        ]
        idle.sort(key=lambda entry: (entry.tasks, entry.last_seen))
        for entry in idle[: max(1, self._limit // 10)]:
            self._other(now).merge(entry)
            self._active.discard(entry)
            del self.entries[entry.name]
            entry.release()
            self.folded += 1

    def snapshot(self) -> Functions:
        """Return a read-only copy."""
        other = Functions.__new__(Functions)
        other.__dict__.update(self.__dict__)
        other.entries = {name: entry.snapshot() for name, entry in self.entries.items()}
        other.other = None if self.other is None else self.other.snapshot()
        moving = {entry.number for entry in self._active}
        entries = (*other.entries.values(), other.other)
        other.__dict__.update(_active={one for one in entries if one is not None and one.number in moving})
        return other
