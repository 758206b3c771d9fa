"""Objects known to the scheduler: the biggest ones, totals, and figures of the storage server."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.wire.event import StateObject, StorageStatus


class Storage(NamedTuple):
    """Totals of the object storage server, as wire.event.StorageStatus; None if unknown."""

    objects: int | None
    unique_objects: int | None
    total_bytes: int | None
    pending_requests: int | None
    pending_objects: int | None
    oldest_pending_seconds: int | None


class BigObject(NamedTuple):
    """One of the biggest objects, as wire.event.ObjectDetail."""

    object_id: bytes
    name: str
    kind: str
    size_bytes: int | None  # None if unknown
    creator: str
    tasks: int


class Objects:
    """Objects in the latest reports."""

    def __init__(self) -> None:
        self.count: int | None = None
        """Number of objects in the latest StateScheduler."""
        self.storage: Storage | None = None
        """Totals of the storage server; None before 2.9."""
        self.biggest: tuple[BigObject, ...] | None = None
        """The biggest objects; None if the release does not report them."""
        self.total: int | None = None
        """Number of objects in the latest StateObject."""
        self.reported: float | None = None
        """Arrival of the latest StateObject, in unix seconds."""

    def apply(self, report: StateObject, now: float) -> None:
        """Apply a StateObject."""
        self.total, self.reported = report.total, now
        self.biggest = tuple(
            BigObject._make(detail)._replace(size_bytes=valid_or_none(detail.size_bytes))
            for detail in report.objects
        )

    def apply_totals(self, count: int, storage: StorageStatus | None) -> None:
        """Apply the totals of a StateScheduler."""
        self.count = count
        self.storage = None if storage is None else Storage(*map(valid_or_none, storage))

    def by_client(self) -> dict[str, tuple[int, int | None]] | None:
        """Return number and bytes of the biggest objects by creator; None if there is no list of them.

        Unknown sizes are skipped; bytes are None if no size is known.
        """
        if self.biggest is None:
            return None
        sums: dict[str, tuple[int, int | None]] = {}
        for detail in self.biggest:
            count, size = sums.get(detail.creator, (0, None))
            if detail.size_bytes is not None:
                size = (size or 0) + detail.size_bytes
            sums[detail.creator] = (count + 1, size)
        return sums

    def snapshot(self) -> Objects:
        """Return a copy; immutable values are shared."""
        other = Objects()
        other.__dict__.update(self.__dict__)
        return other
