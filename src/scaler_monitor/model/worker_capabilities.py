"""The capabilities of workers, bounded in number and in bytes."""

from __future__ import annotations

from scaler_monitor.wire.capabilities import Capabilities, capabilities_memory
from scaler_monitor.wire.text_memory import text_memory

_ENTRY_MEMORY = 100
"""Bytes per worker, without its name."""


class WorkerCapabilities(dict[str, Capabilities]):
    """Capabilities by worker, oldest first; beyond the limits the oldest is evicted."""

    def __init__(self, limit: int, memory: int) -> None:
        super().__init__()
        self._limit = limit
        self._memory_limit = memory
        self._memory = 0
        self._lists: dict[Capabilities, int] = {}
        """Number of workers by list."""

    def remember(self, worker: str, capabilities: Capabilities) -> None:
        """Store the capabilities of a worker, as the newest."""
        self.forget(worker)
        self[worker] = capabilities
        self._memory += _ENTRY_MEMORY + text_memory(worker)
        users = self._lists[capabilities] = self._lists.get(capabilities, 0) + 1
        if users == 1:
            self._memory += capabilities_memory(capabilities)
        while len(self) > self._limit or (self._memory > self._memory_limit and len(self) > 1):
            self.forget(next(iter(self)))

    def forget(self, worker: str) -> None:
        """Remove a worker; does nothing if it is not stored."""
        capabilities = self.pop(worker, None)
        if capabilities is None:
            return
        self._memory -= _ENTRY_MEMORY + text_memory(worker)
        self._lists[capabilities] -= 1
        if not self._lists[capabilities]:
            del self._lists[capabilities]
            self._memory -= capabilities_memory(capabilities)

    def snapshot(self) -> WorkerCapabilities:
        """Return a read-only copy."""
        other = WorkerCapabilities(self._limit, self._memory_limit)
        other.update(self)
        return other
