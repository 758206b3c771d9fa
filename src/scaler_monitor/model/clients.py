"""Clients: the rows of the latest report, and observed task counts by client."""

from __future__ import annotations

from scaler_monitor.model.missing_values import valid_count_or_none, valid_or_none
from scaler_monitor.wire.event import ClientStatus


class ClientTally:
    """Observed tasks of one client: each submitted one is open, finished or missed."""

    __slots__ = ("canceled", "client", "failed", "folded", "missed", "number", "submitted", "success")

    def __init__(self, client: str, number: int = 0) -> None:
        self.client = client
        self.number = number
        """Sequence number; differs from that of an earlier, folded tally of the same client."""
        self.submitted = 0
        """Tasks observed; one that reappears after its end counts again."""
        self.success = 0
        self.failed = 0
        """failed and failedWorkerDied."""
        self.canceled = 0
        """canceled and canceledNotFound."""
        self.missed = 0
        """Tasks whose end was not observed: there was no message, or their record was evicted before."""
        self.folded = False
        """Whether it was merged into `Clients.other`, which counts its tasks now."""

    @property
    def finished(self) -> int:
        """Tasks with an observed end of any kind."""
        return self.success + self.failed + self.canceled

    @property
    def open(self) -> int:
        """Tasks that have not ended."""
        return self.submitted - self.finished - self.missed

    def merge(self, other: ClientTally) -> None:
        """Add the counts of `other`."""
        self.submitted += other.submitted
        self.success += other.success
        self.failed += other.failed
        self.canceled += other.canceled
        self.missed += other.missed


OTHER = "(other clients)"
"""Name of the tally of all folded clients."""


class Clients:
    """Clients by id. Beyond the limit, the tallies of departed clients are folded into `other`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.rows: dict[str, ClientStatus] | None = None
        """Rows of the latest report by id; None if the release fills them wrongly."""
        self.tallies: dict[str, ClientTally] = {}
        """By id, including departed clients; empty before 2.9, where a task has no client."""
        self.other = ClientTally(OTHER)
        self.made = 0
        """Number of tallies created so far."""
        self.folded = 0
        """Number of tallies folded into `other`."""

    def apply(self, rows: tuple[ClientStatus, ...] | None) -> None:
        """Apply the rows of a report, with None for invalid values."""
        self.rows = None if rows is None else {row.client: _cleaned(row) for row in rows}

    def find(self, client: str) -> ClientTally:
        """Return the tally of `client`, created if necessary."""
        tally = self.tallies.get(client)
        if tally is None:
            if len(self.tallies) >= self._limit:
                self._fold()
            self.made += 1
            tally = self.tallies[client] = ClientTally(client, self.made)
        return tally

    def _fold(self) -> None:
        present = self.rows or {}
        names = [name for name in self.tallies if name not in present] or list(self.tallies)
        for name in names[: max(1, self._limit // 10)]:
            tally = self.tallies.pop(name)
            tally.folded = True
            self.other.merge(tally)
            self.folded += 1

    def snapshot(self) -> Clients:
        """Return a copy; rows are shared."""
        other = Clients(self._limit)
        other.rows, other.folded, other.made = self.rows, self.folded, self.made
        other.other.merge(self.other)
        for name, tally in self.tallies.items():
            copy = other.tallies[name] = ClientTally(name, tally.number)
            copy.merge(tally)
        return other


def _cleaned(row: ClientStatus) -> ClientStatus:
    rss, latency = valid_or_none(row.rss_bytes), valid_count_or_none(row.latency_microseconds)
    connected = valid_count_or_none(row.connected_seconds)
    if (rss, latency, connected) == (row.rss_bytes, row.latency_microseconds, row.connected_seconds):
        return row
    return row._replace(rss_bytes=rss, latency_microseconds=latency, connected_seconds=connected)
