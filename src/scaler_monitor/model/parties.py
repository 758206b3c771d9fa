"""Whom a function is remembered with: workers that its tasks ended on, clients that call it."""

from __future__ import annotations

from collections.abc import Iterator


class Room:
    """How many names all parties together may still take."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


class Parties:
    """The first workers, or clients, of one function; of all others, only how many tasks were theirs."""

    __slots__ = ("_most", "_room", "_shared", "names", "others")

    def __init__(self, most: int, room: Room) -> None:
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
        if len(self.names) >= self._most or self._room.left <= 0:
            self.others += 1
            return
        if self._shared:
            self.names, self._shared = self.names.copy(), False
        self.names[name] = None
        self._room.left -= 1

    def take(self, other: Parties) -> None:
        """Remember those of `other` in its place, as far as there is room."""
        self._room.left += len(other.names)
        self.others += other.others
        for name in other.names:
            self.add(name)

    def freeze(self) -> Parties:
        """Copy, for looking only; the names are shared until they change."""
        self._shared = True
        copy = Parties(self._most, self._room)
        copy.names, copy.others = self.names, self.others
        return copy
