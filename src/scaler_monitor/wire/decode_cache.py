"""The cache of decoded names, ids and lists: bounded, and shared by all decoders of a monitor."""

from __future__ import annotations

from scaler_monitor.wire.bounded_ids import BoundedIds
from scaler_monitor.wire.capabilities import CapabilityLists
from scaler_monitor.wire.column_memory import ColumnMemory
from scaler_monitor.wire.text import CleanNames


class DecodeCache:
    """One per monitor; it is kept when the connection changes. Not thread-safe."""

    def __init__(self) -> None:
        self.names = CleanNames()
        self.lists = CapabilityLists()
        self.ids = BoundedIds()
        self.columns = ColumnMemory()
        self._report_bytes = 0

    @property
    def cut(self) -> int:
        """Number of names, lists of capabilities and ids that were truncated so far."""
        return self.names.cut + self.lists.cut + self.ids.cut

    @property
    def created_bytes(self) -> int:
        """Total bytes of names and lists created so far, without those that only a report holds."""
        return self.names.created_bytes + self.lists.created_bytes - self._report_bytes

    def exclude_report(self, created_before: int) -> None:
        """Exclude what was created since `created_bytes` had this value: a report holds it."""
        self._report_bytes += self.created_bytes - created_before
