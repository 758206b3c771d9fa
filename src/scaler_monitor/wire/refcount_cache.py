"""A cache with limited memory that evicts values which nothing else references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from sys import getrefcount
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class RefcountCache(dict[Key, Value]):
    """A dict whose values stay cached while anything else references them.

    The owner must hold each value exactly twice: in this dict, and as its own key or in one other dict.
    `memory_of` returns the memory of a value with its key in bytes; the result must not change over time.
    """

    def __init__(self, most_memory: int, memory_of: Callable[[Key, Value], int]) -> None:
        super().__init__()
        self.memory = 0
        self._most_memory = most_memory
        self._memory_of = memory_of
        self._until_search = 0

    def keep(self, key: Key, value: Value, memory: int) -> None:
        """Add a value for which `has_room` returned True."""
        self.memory += memory
        self[key] = value

    def has_room(self, memory: int, beside: MutableMapping[Key, Value] | None = None) -> bool:
        """Return whether a value of `memory` bytes fits, after evicting values that nothing references.

        Evicted keys are also removed from `beside`. The whole cache is scanned only once per as many failed
        attempts as it has entries, so the amortized cost of an attempt is constant.
        """
        if self.memory + memory > self._most_memory:
            self._until_search -= 1
            if self._until_search <= 0:
                counts = zip(self, list(_holders(self.values())), strict=True)
                gone = [key for key, count in counts if count <= _HELD_TWICE]
                for key in gone:
                    self.memory -= self._memory_of(key, self.pop(key))
                    if beside is not None:
                        del beside[key]
                self._until_search = len(self) - len(gone)
        return self.memory + memory <= self._most_memory


def _holders(values: Iterable[object]) -> Iterator[int]:
    """Yield the reference count of each value, including the temporary reference of the call."""
    return map(getrefcount, values)


def _references_of_one_held_twice() -> int:
    kept = {"": object()}
    holding = (kept, kept.copy())
    return next(_holders(holding[0].values()))


_HELD_TWICE = _references_of_one_held_twice()
