"""Functions: how many tasks of each, how they ended, how long they took and what they cost."""

from __future__ import annotations

from collections import deque

from scaler_monitor.model.bounded_names import BoundedNames, NameBudget
from scaler_monitor.model.duration_histogram import DurationHistogram
from scaler_monitor.model.function_names import UNNAMED, shared_name
from scaler_monitor.model.limits import Limits

OTHER = "(other functions)"
"""Name of the function that stands for all that are not told apart."""
RATE_TICKS = 10
USUAL_SAMPLES = 20
"""DurationHistogram from which on it can be said what is usual."""


class Function:
    """One function, counted since `first_seen`."""

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

    def __init__(self, name: str, now: float, most: int, room: NameBudget, number: int = 0) -> None:
        self.name = name
        self.number = number
        """Tells it from one of the same name that was folded."""
        self.first_seen = now
        self.last_seen = now
        self.waiting = 0
        """Tasks in state `inactive` now."""
        self.running = 0
        """Tasks sent to workers and not ended."""
        self.success = 0
        self.failed = 0
        """failed and failedWorkerDied."""
        self.canceled = 0
        """canceled and canceledNotFound."""
        self.missed = 0
        """Tasks whose end this monitor did not see: no message told it, or their record fell out before."""
        self.durations = DurationHistogram()
        """From profiles; `durations.total` are all seconds it had on processors."""
        self.cpu_seconds = 0.0
        self.memory_peak_bytes: int | None = None
        """Most that one of its tasks grew by; None while no profile came."""
        self.workers = BoundedNames(most, room)
        """Workers that its tasks ended on."""
        self.clients = BoundedNames(most, room)
        """Clients that call it."""
        self.names = BoundedNames(most, room) if name == UNNAMED else None
        """Those of its tasks, where they are counted together under another; None where it has one name."""
        self._sampled = (0, 0, 0)
        """Ended, success and failed at the latest sample: what is new to the next one is of one tick."""
        self._samples: deque[tuple[float, int, int, int]] = deque(maxlen=RATE_TICKS + 1)

    @property
    def ended(self) -> int:
        """Tasks that ended."""
        return self.success + self.failed + self.canceled

    @property
    def tasks(self) -> int:
        """All tasks seen: again each time that one came back after its end.

        It falls under the name "" when a task turns out to have one, and under a name that was folded into
        OTHER and came back: it is counted anew there.
        """
        return self.waiting + self.running + self.ended + self.missed

    @property
    def empty(self) -> bool:
        """Whether all tasks that it counted have turned out to be others'."""
        return not self.tasks

    @property
    def failure(self) -> float | None:
        """Share of the failed ones, 0 to 1, of those that succeeded or failed; None while there are none."""
        judged = self.success + self.failed
        return self.failed / judged if judged else None

    @property
    def usual_seconds(self) -> float | None:
        """What 95 of 100 of its tasks do not exceed; None while too few have ended to tell."""
        return self.durations.quantile(0.95) if self.durations.count >= USUAL_SAMPLES else None

    @property
    def recent_failure(self) -> float | None:
        """As `failure`, of those that ended over the last ten ticks; None while there are none."""
        if len(self._samples) < 2:
            return None
        (_, _, good, bad), (_, _, success, failed) = self._samples[0], self._samples[-1]
        judged = success - good + failed - bad
        return (failed - bad) / judged if judged > 0 else None

    @property
    def rate(self) -> float:
        """Tasks that ended a second, over the last ten ticks."""
        if len(self._samples) < 2:
            return 0.0
        (then, before, *_), (now, after, *_) = self._samples[0], self._samples[-1]
        return (after - before) / (now - then) if now > then else 0.0

    def sample(self, now: float) -> bool:
        """Note how many tasks have ended; return whether any did during the last RATE_TICKS ticks."""
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
        """Count all that `other` has counted, which is not looked at any more."""
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
        self.workers.take(other.workers)
        self.clients.take(other.clients)

    def release(self) -> None:
        """Give back what nobody asks of an entry that was folded: ended tasks may name it for long."""
        del self.durations, self.workers, self.clients, self._samples

    def snapshot(self) -> Function:
        """Copy the counts, share what is big until it changes."""
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
    """All functions by name. When too many, the idle ones with the fewest tasks become one: OTHER."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.functions
        self._parties = limits.names_per_function
        self._room = NameBudget(limits.function_names, limits.function_names_memory)
        self.entries: dict[str, Function] = {}
        """By name, OTHER not among them; a task that names no function is under ""."""
        self.other: Function | None = None
        """All that are not told apart; None while there are none."""
        self.made = 0
        """Entries made so far."""
        self.folded = 0
        """NameTable that went into `other`, counted each time they did."""
        self._active: set[Function] = set()

    def __len__(self) -> int:
        """How many are told apart and have tasks."""
        nameless = self.entries.get("")
        return len(self.entries) - (nameless is not None and nameless.empty)

    def rows(self) -> list[Function]:
        """Return every entry under which there is a task, OTHER last where there is one.

        Tasks that were without a name until it came leave nothing under "".
        """
        rows = [entry for entry in self.entries.values() if entry.name or not entry.empty]
        return rows if self.other is None else [*rows, self.other]

    def total_seconds(self) -> float:
        """Return the seconds that all functions had on processors: what a share is a share of."""
        return sum(entry.durations.total for entry in self.rows())

    def get(self, name: str) -> Function | None:
        """Return the entry that tasks of `name` have of their own; None where there is none (any more)."""
        return self.entries.get(shared_name(name))

    def find(self, name: str, now: float) -> Function:
        """Return the entry in which tasks of `name` are counted, making one where there is room."""
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
        """Return the entry that counts for `entry` now: OTHER where it was folded."""
        if entry is None or self.entries.get(entry.name) is entry:
            return entry
        return self.other

    def mark_active(self, entry: Function) -> None:
        """Note that tasks of `entry` ended, so that its rate is looked at."""
        self._active.add(entry)

    def tick(self, now: float) -> None:
        """Look at the rates of those that move."""
        for entry in list(self._active):
            if not entry.sample(now):
                self._active.discard(entry)

    def _other(self, now: float) -> Function:
        if self.other is None:
            self.other = self._make(OTHER, now)
        return self.other

    def _make(self, name: str, now: float) -> Function:
        self.made += 1
        return Function(name, now, self._parties, self._room, self.made)

    def _fold(self, now: float) -> None:
        """Make room: a tenth of the entries, those without living tasks and with the fewest in all.

        One that many names share stays: it takes less room than they would.
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
        """Freeze each."""
        other = Functions.__new__(Functions)
        other.__dict__.update(self.__dict__)
        other.entries = {name: entry.snapshot() for name, entry in self.entries.items()}
        other.other = None if self.other is None else self.other.snapshot()
        moving = {entry.number for entry in self._active}
        entries = (*other.entries.values(), other.other)
        other.__dict__.update(_active={one for one in entries if one is not None and one.number in moving})
        return other
