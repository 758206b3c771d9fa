"""Objects in the scheduler's care: the biggest, totals, and what the storage server says."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.wire.event import StateObject, StorageStatus


class Storage(NamedTuple):
    """The object storage server's totals, as wire.event.StorageStatus; None for what is not known."""

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
    size_bytes: int | None  # None where it is not known
    creator: str
    tasks: int


class Objects:
    """What the latest reports say of objects."""

    def __init__(self) -> None:
        self.count: int | None = None
        """Objects in all, by the latest StateScheduler."""
        self.storage: Storage | None = None
        """The storage server's totals; None before 2.9."""
        self.biggest: tuple[BigObject, ...] | None = None
        """The biggest objects; None where the release does not say."""
        self.total: int | None = None
        """Objects in all, by the latest StateObject."""
        self.reported: float | None = None
        """Unix seconds of the latest StateObject."""

    def apply(self, report: StateObject, now: float) -> None:
        """Take a StateObject."""
        self.total, self.reported = report.total, now
        self.biggest = tuple(
            BigObject._make(detail)._replace(size_bytes=valid_or_none(detail.size_bytes))
            for detail in report.objects
        )

    def apply_totals(self, count: int, storage: StorageStatus | None) -> None:
        """Take the totals of a StateScheduler."""
        self.count = count
        self.storage = None if storage is None else Storage(*map(valid_or_none, storage))

    def by_client(self) -> dict[str, tuple[int, int | None]] | None:
        """Return objects and bytes by creator, among the biggest; None where the release lists none.

        Bytes are of those that are known, and None where none of several is.
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
        """Copy; the reports are shared."""
        other = Objects()
        other.__dict__.update(self.__dict__)
        return other
