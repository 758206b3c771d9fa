"""Bounded sets of names: the workers, clients and names of one function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaler_monitor.wire.text_memory import text_memory

_NAME_MEMORY = 100
"""Bytes per name in a NameBudget, without the name itself."""


class NameBudget:
    """The remaining entries of all sets together, and remaining bytes; the bytes of a name count once."""

    __slots__ = ("_memory", "_users", "remaining")

    def __init__(self, remaining: int, memory: int) -> None:
        self.remaining = remaining
        self._memory = memory
        self._users: dict[str, int] = {}

    def add(self, name: str) -> bool:
        """Add a use of a name; return False if it exceeds the budget."""
        users = self._users.get(name, 0)
        memory = 0 if users else _NAME_MEMORY + text_memory(name)
        if self.remaining <= 0 or memory > self._memory:
            return False
        self.remaining -= 1
        self._memory -= memory
        self._users[name] = users + 1
        return True

    def remove(self, name: str) -> None:
        """Remove a use of a name."""
        self.remaining += 1
        users = self._users.pop(name) - 1
        if users:
            self._users[name] = users
        else:
            self._memory += _NAME_MEMORY + text_memory(name)


class BoundedNames:
    """The first names that were added, in order; others are only counted."""

    __slots__ = ("_budget", "_most", "_shared", "names", "others")

    def __init__(self, most: int, budget: NameBudget) -> None:
        self._most = most
        self._budget = budget
        self._shared = False
        self.names: dict[str, None] = {}
        """The stored names, in order of addition."""
        self.others = 0
        """Number of tasks added with a name that is not stored; a lower bound."""

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def add(self, name: str) -> None:
        """Add the name of one task; if it exceeds the limits, only count the task."""
        if name in self.names:
            return
        if len(self.names) >= self._most or not self._budget.add(name):
            self.others += 1
            return
        if self._shared:
            self.names, self._shared = self.names.copy(), False
        self.names[name] = None

    def merge(self, other: BoundedNames) -> None:
        """Move the names of `other`, which is no longer used, to this set, within the limits."""
        for name in other.names:
            self._budget.remove(name)
        self.others += other.others
        for name in other.names:
            self.add(name)

    def restore(self, names: Iterable[str], others: int) -> bool:
        """Add names and set `others`; return False if a name exceeded the limits."""
        self.others = others
        for name in names:
            self.add(name)
        return self.others == others

    def snapshot(self) -> BoundedNames:
        """Return a read-only copy; the names are shared until they change."""
        self._shared = True
        copy = BoundedNames(self._most, self._budget)
        copy.names, copy.others = self.names, self.others
        return copy
