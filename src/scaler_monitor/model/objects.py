"""Objects in the scheduler's care: the biggest, totals, and what the storage server says."""

from __future__ import annotations

from scaler_monitor.wire.event import ObjectDetail, StateObject, StorageStatus


class Objects:
    """What the latest reports say of objects."""

    def __init__(self) -> None:
        self.count: int | None = None
        """Objects in all, by the latest StateScheduler."""
        self.storage: StorageStatus | None = None
        """The storage server's totals; None before 2.9."""
        self.biggest: tuple[ObjectDetail, ...] | None = None
        """The biggest objects; None where the release does not say."""
        self.total: int | None = None
        """Objects in all, by the latest StateObject."""
        self.reported: float | None = None
        """Unix seconds of the latest StateObject."""

    def apply(self, report: StateObject, now: float) -> None:
        """Take a StateObject."""
        self.biggest, self.total, self.reported = report.objects, report.total, now

    def by_client(self) -> dict[str, tuple[int, int]] | None:
        """Return objects and bytes by creator, among the biggest; None where the release lists none."""
        if self.biggest is None:
            return None
        sums: dict[str, tuple[int, int]] = {}
        for detail in self.biggest:
            count, size = sums.get(detail.creator, (0, 0))
            sums[detail.creator] = (count + 1, size + detail.size_bytes)
        return sums

    def freeze(self) -> Objects:
        """Copy; the reports are shared."""
        other = Objects()
        other.__dict__.update(self.__dict__)
        return other
