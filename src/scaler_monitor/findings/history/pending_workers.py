"""Managers with pending workers, and since when none has been added."""

from __future__ import annotations

from scaler_monitor.model.managers import Managers

MAX_MANAGERS = 2_000


class PendingWorkers:
    """Managers with pending workers: the Unix time since which their number of workers has not increased."""

    def __init__(self) -> None:
        self.since: dict[str, float] = {}
        self._max_workers: dict[str, int] = {}

    def update(self, managers: Managers, now: float) -> None:
        """Process a report."""
        for name in [name for name in self.since if name not in managers.rows]:
            self._remove(name)
        for name, row in managers.rows.items():
            if not row.pending_workers:
                self._remove(name)
            elif name not in self.since:
                if len(self.since) < MAX_MANAGERS:
                    self.since[name], self._max_workers[name] = now, row.workers
            elif row.workers > self._max_workers[name]:
                self.since[name], self._max_workers[name] = now, row.workers
            else:
                self._max_workers[name] = row.workers

    def clear(self) -> None:
        """Clear the history."""
        self.since.clear()
        self._max_workers.clear()

    def _remove(self, name: str) -> None:
        self.since.pop(name, None)
        self._max_workers.pop(name, None)
