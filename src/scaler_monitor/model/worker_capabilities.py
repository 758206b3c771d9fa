"""What workers said that they can do, bounded in workers and in bytes."""

from __future__ import annotations

from scaler_monitor.wire.capabilities import Capabilities, capabilities_memory
from scaler_monitor.wire.text_memory import text_memory

_ENTRY_MEMORY = 100
"""Of a worker here, beside its name."""


class WorkerCapabilities(dict[str, Capabilities]):
    """By worker, the one that said so first before all; it leaves first where there is no room."""

    def __init__(self, limit: int, memory: int) -> None:
        super().__init__()
        self._limit = limit
        self._memory_limit = memory
        self._memory = 0
        self._lists: dict[Capabilities, int] = {}
        """How many workers have each list."""

    def remember(self, worker: str, capabilities: Capabilities) -> None:
        """A worker said what it can do."""
        self.forget(worker)
        self[worker] = capabilities
        self._memory += _ENTRY_MEMORY + text_memory(worker)
        users = self._lists[capabilities] = self._lists.get(capabilities, 0) + 1
        if users == 1:
            self._memory += capabilities_memory(capabilities)
        while len(self) > self._limit or (self._memory > self._memory_limit and len(self) > 1):
            self.forget(next(iter(self)))

    def forget(self, worker: str) -> None:
        """Let a worker go, whether it is known or not."""
        capabilities = self.pop(worker, None)
        if capabilities is None:
            return
        self._memory -= _ENTRY_MEMORY + text_memory(worker)
        self._lists[capabilities] -= 1
        if not self._lists[capabilities]:
            del self._lists[capabilities]
            self._memory -= capabilities_memory(capabilities)

    def snapshot(self) -> WorkerCapabilities:
        """Copy, for looking only."""
        other = WorkerCapabilities(self._limit, self._memory_limit)
        other.update(self)
        return other
