"""Clients: the report's rows, and what this monitor saw of each one's tasks."""

from __future__ import annotations

from scaler_monitor.model.missing_values import valid_count_or_none, valid_or_none
from scaler_monitor.wire.event import ClientStatus


class ClientTally:
    """Tasks of one client as this monitor saw them: submitted are open, finished or missed."""

    __slots__ = ("canceled", "client", "failed", "folded", "missed", "number", "submitted", "success")

    def __init__(self, client: str, number: int = 0) -> None:
        self.client = client
        self.number = number
        """Tells it from one of the same client that was folded."""
        self.submitted = 0
        """Tasks seen; one that came back after its end counts again."""
        self.success = 0
        self.failed = 0
        """failed and failedWorkerDied."""
        self.canceled = 0
        """canceled and canceledNotFound."""
        self.missed = 0
        """Tasks whose end this monitor did not see: no message told it, or their record fell out before."""
        self.folded = False
        """Whether `Clients.other` counts in its place."""

    @property
    def finished(self) -> int:
        """Tasks seen to end, in whatever way."""
        return self.success + self.failed + self.canceled

    @property
    def open(self) -> int:
        """Tasks seen that have not ended."""
        return self.submitted - self.finished - self.missed

    def merge(self, other: ClientTally) -> None:
        """Count all that `other` has counted."""
        self.submitted += other.submitted
        self.success += other.success
        self.failed += other.failed
        self.canceled += other.canceled
        self.missed += other.missed


OTHER = "(other clients)"
"""Name of the tally that stands for clients not counted apart any more."""


class Clients:
    """Clients by id. When too many, tallies of those that are gone go into `other`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.rows: dict[str, ClientStatus] | None = None
        """The latest report's rows by id; None where the release fills them wrongly."""
        self.tallies: dict[str, ClientTally] = {}
        """By id, also of clients that have left; empty before 2.9, where tasks name no client."""
        self.other = ClientTally(OTHER)
        self.made = 0
        """Tallies made so far."""
        self.folded = 0
        """Tallies that went into `other`."""

    def apply(self, rows: tuple[ClientStatus, ...] | None) -> None:
        """Take a report's rows, with None for figures that cannot be."""
        self.rows = None if rows is None else {row.client: _cleaned(row) for row in rows}

    def find(self, client: str) -> ClientTally:
        """Return the tally in which tasks of `client` are counted."""
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
        """Copy; rows are shared."""
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
