"""The life cycle of synthetic tasks (submitted, sent to a free worker, ended), and its frames."""

from __future__ import annotations

from collections import Counter, deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.simulate.synthetic_fleet import Fleet
from scaler_monitor.simulate.task_frames import TASK_ID_BYTES, Bytes, TaskFrames

TICKS_PER_SECOND = 20
MAX_BACKLOG = 200_000
_SECONDS = (0.05, 0.4, 2.0, 0.2, 0.1, 0.8)  # typical durations, assigned to the functions cyclically
_ENDINGS = ("success", "failed", "canceled")
_ENDING_ODDS = (0.96, 0.03, 0.01)


class Batch(NamedTuple):
    """Tasks of one function that were submitted in the same tick."""

    function: int
    task_ids: Bytes  # k x 16


class Running(NamedTuple):
    """Tasks that start in the same tick and end in the same tick."""

    batch: Batch
    slots: NDArray[np.int64]  # worker * processors + processor
    seconds: float


class SyntheticTasks:
    """All tasks of a simulation; one `tick` is 1/TICKS_PER_SECOND of simulated time."""

    def __init__(
        self,
        fleet: Fleet,
        frames: TaskFrames,
        tasks_per_second: float,
        tasks_in_all: int | None,
        seed: int = 1,
    ) -> None:
        self._fleet = fleet
        self._frames = frames
        self._rate = tasks_per_second
        self._left = tasks_in_all
        self._rng = np.random.default_rng(seed)
        slots = len(fleet.workers) * fleet.processors
        self._free_slots = list(range(slots - 1, -1, -1))
        self._backlog: deque[Batch] = deque()
        self._ending: dict[int, list[Running]] = {}
        self._tick = 0
        self._due = 0.0
        self._submitted = 0
        # shorten the tasks to what the workers can process, so that the backlog does not grow for ever
        mean = 0.6 * slots / tasks_per_second if tasks_per_second else 1.0
        natural = sum(_SECONDS) / len(_SECONDS)
        self._shrink = min(1.0, mean / natural)
        self.states: Counter[str] = Counter()
        self.busy = np.zeros(slots, np.bool_)
        self.began_tick = np.zeros(slots, np.int64)
        self.task_ids = np.zeros((slots, TASK_ID_BYTES), np.uint8)

    @property
    def submitted(self) -> int:
        """The number of tasks submitted so far."""
        return self._submitted

    def age_seconds(self) -> NDArray[np.int64]:
        """Return the age of each processor's task in whole seconds."""
        return (self._tick - self.began_tick) // TICKS_PER_SECOND

    def tick(self) -> list[Bytes]:
        """Advance by one tick; return the frames of all transitions, in order."""
        self._tick += 1
        blocks = [frames for ended in self._ending.pop(self._tick, ()) for frames in self._end(ended)]
        blocks += self._submit()
        blocks += self._begin()
        return blocks

    def _submit(self) -> list[Bytes]:
        self._due += self._rate / TICKS_PER_SECOND
        count = int(self._due)
        self._due -= count
        if self._left is not None:
            count = min(count, self._left - self._submitted)
        if count <= 0 or self.states["inactive"] > MAX_BACKLOG:
            return []
        kinds = len(self._fleet.functions)
        blocks = []
        for function, size in enumerate(self._rng.multinomial(count, [1 / kinds] * kinds)):
            if size:
                batch = Batch(function, self._new_ids(int(size)))
                self._backlog.append(batch)
                self.states["inactive"] += int(size)
                blocks.append(self._frames.build("inactive", function, batch.task_ids))
        return blocks

    def _begin(self) -> list[Bytes]:
        blocks = []
        while self._backlog and self._free_slots:
            batch = self._backlog.popleft()
            room = len(self._free_slots)
            if len(batch.task_ids) > room:
                self._backlog.appendleft(batch._replace(task_ids=batch.task_ids[room:]))
                batch = batch._replace(task_ids=batch.task_ids[:room])
            size = len(batch.task_ids)
            slots = np.array(self._free_slots[-size:], np.int64)
            del self._free_slots[-size:]
            typical = _SECONDS[batch.function % len(_SECONDS)] * self._shrink
            ticks = max(1, round(typical * self._rng.uniform(0.5, 1.5) * TICKS_PER_SECOND))
            self._ending.setdefault(self._tick + ticks, []).append(
                Running(batch, slots, ticks / TICKS_PER_SECOND)
            )
            self.busy[slots], self.began_tick[slots], self.task_ids[slots] = True, self._tick, batch.task_ids
            self.states["inactive"] -= size
            self.states["running"] += size
            workers = slots // self._fleet.processors
            blocks.append(
                self._frames.build(
                    "running", batch.function, batch.task_ids, workers=workers, event="hasCapacity"
                )
            )
        return blocks

    def _end(self, running: Running) -> list[Bytes]:
        slots = running.slots
        self.busy[slots], self.task_ids[slots] = False, 0
        self._free_slots[:0] = slots.tolist()
        self.states["running"] -= len(slots)
        endings = self._rng.choice(len(_ENDINGS), len(slots), p=_ENDING_ODDS)
        blocks = []
        for number, ending in enumerate(_ENDINGS):
            task_ids = running.batch.task_ids[endings == number]
            if not len(task_ids):
                continue
            self.states[ending] += len(task_ids)
            profiles = None if ending == "canceled" else self._profiles(running, len(task_ids))
            event = {"success": "taskResultSuccess", "failed": "taskResultFailed"}.get(ending, "taskCancel")
            blocks.append(
                self._frames.build(ending, running.batch.function, task_ids, profiles=profiles, event=event)
            )
        return blocks

    def _profiles(self, running: Running, count: int) -> Bytes:
        """Return random ProfileResults (`!fQf`): duration, memory growth and CPU time."""
        profile = np.zeros(count, np.dtype([("seconds", ">f4"), ("bytes", ">u8"), ("cpu", ">f4")]))
        profile["seconds"] = running.seconds * self._rng.uniform(0.8, 1.0, count)
        profile["bytes"] = self._rng.integers(0, 50_000_000 * (running.batch.function + 1), count)
        profile["cpu"] = 0.7 * profile["seconds"]
        return profile.view(np.uint8).reshape(count, -1)

    def _new_ids(self, count: int) -> Bytes:
        """Return ids of 16 bytes: a scrambled sequence number and the plain one."""
        numbers = np.arange(self._submitted, self._submitted + count, dtype=np.uint64)
        self._submitted += count
        ids = np.empty((count, 2), ">u8")
        ids[:, 0] = numbers * np.uint64(0x9E3779B97F4A7C15)
        ids[:, 1] = numbers
        return ids.view(np.uint8).reshape(count, TASK_ID_BYTES)
