"""Since when each manager owes workers and none came."""

from __future__ import annotations

from scaler_monitor.model.managers import Managers

MOST_MANAGERS = 2_000


class OwedWorkers:
    """Managers with pending workers: since when their number of workers has not risen."""

    def __init__(self) -> None:
        self.since: dict[str, float] = {}
        self._most: dict[str, int] = {}

    def take(self, managers: Managers, now: float) -> None:
        """Note what a report says."""
        for name in [name for name in self.since if name not in managers.rows]:
            self._forget(name)
        for name, row in managers.rows.items():
            if not row.pending_workers:
                self._forget(name)
            elif name not in self.since:
                if len(self.since) < MOST_MANAGERS:
                    self.since[name], self._most[name] = now, row.workers
            elif row.workers > self._most[name]:
                self.since[name], self._most[name] = now, row.workers
            else:
                self._most[name] = row.workers

    def clear(self) -> None:
        """Forget all."""
        self.since.clear()
        self._most.clear()

    def _forget(self, name: str) -> None:
        self.since.pop(name, None)
        self._most.pop(name, None)
