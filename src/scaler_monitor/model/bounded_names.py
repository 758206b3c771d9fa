"""Whom a function is remembered with: workers that its tasks ended on, clients that call it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaler_monitor.wire.text_memory import text_memory

_NAME_MEMORY = 100
"""Of a name in NameBudget, beside itself."""


class NameBudget:
    """How many names all parties together may still take, and how many bytes of them, each counted once."""

    __slots__ = ("_memory", "_users", "left")

    def __init__(self, left: int, memory: int) -> None:
        self.left = left
        self._memory = memory
        self._users: dict[str, int] = {}

    def take(self, name: str) -> bool:
        """Take a name in, where there is room for it."""
        users = self._users.get(name, 0)
        memory = 0 if users else _NAME_MEMORY + text_memory(name)
        if self.left <= 0 or memory > self._memory:
            return False
        self.left -= 1
        self._memory -= memory
        self._users[name] = users + 1
        return True

    def leave(self, name: str) -> None:
        """Let a name go that was taken in."""
        self.left += 1
        users = self._users.pop(name) - 1
        if users:
            self._users[name] = users
        else:
            self._memory += _NAME_MEMORY + text_memory(name)


class BoundedNames:
    """The first workers, or clients, of one function; of all others, only how many tasks were theirs."""

    __slots__ = ("_most", "_room", "_shared", "names", "others")

    def __init__(self, most: int, room: NameBudget) -> None:
        self._most = most
        self._room = room
        self._shared = False
        self.names: dict[str, None] = {}
        """Those that are remembered, in the order in which they came."""
        self.others = 0
        """Tasks of others, for which there was no room; at least so many."""

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def add(self, name: str) -> None:
        """Note that a task was of `name`; count the task where there is no room to remember the name."""
        if name in self.names:
            return
        if len(self.names) >= self._most or not self._room.take(name):
            self.others += 1
            return
        if self._shared:
            self.names, self._shared = self.names.copy(), False
        self.names[name] = None

    def take(self, other: BoundedNames) -> None:
        """Remember those of `other` in its place, as far as there is room."""
        for name in other.names:
            self._room.leave(name)
        self.others += other.others
        for name in other.names:
            self.add(name)

    def restore(self, names: Iterable[str], others: int) -> bool:
        """Remember these; says whether there was room for all of them."""
        self.others = others
        for name in names:
            self.add(name)
        return self.others == others

    def snapshot(self) -> BoundedNames:
        """Copy, for looking only; the names are shared until they change."""
        self._shared = True
        copy = BoundedNames(self._most, self._room)
        copy.names, copy.others = self.names, self.others
        return copy
