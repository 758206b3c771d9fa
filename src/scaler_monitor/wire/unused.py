"""Objects that are kept to be used again, in a bounded memory: those go that nothing else holds any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from sys import getrefcount
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class KeptWhileUsed(dict[Key, Value]):
    """Values that keep their places for as long as anything else has them.

    Each must be held exactly twice by whoever keeps them: here, and as its own key or in another dictionary.
    `memory_of` says what a value takes with its key, the same at any time.
    """

    def __init__(self, most_memory: int, memory_of: Callable[[Key, Value], int]) -> None:
        super().__init__()
        self.memory = 0
        self._most_memory = most_memory
        self._memory_of = memory_of
        self._until_search = 0

    def keep(self, key: Key, value: Value, memory: int) -> None:
        """Keep what there is room for."""
        self.memory += memory
        self[key] = value

    def has_room(self, memory: int, beside: MutableMapping[Key, Value] | None = None) -> bool:
        """Tell whether one of so many bytes fits, letting those go that nothing has any more, `beside` too.

        They are searched once for as many that did not fit as there are: what one costs is bounded.
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
    """The number of references to each value, that of the count included."""
    return map(getrefcount, values)


def _references_of_one_held_twice() -> int:
    kept = {"": object()}
    holding = (kept, kept.copy())
    return next(_holders(holding[0].values()))


_HELD_TWICE = _references_of_one_held_twice()
