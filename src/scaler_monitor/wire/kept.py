"""What decoders make of names, ids and lists, and keep to use it again: bounded, and shared by all."""

from __future__ import annotations

from scaler_monitor.wire.capabilities import CapabilityLists
from scaler_monitor.wire.column_memory import ColumnMemory
from scaler_monitor.wire.ids import BoundedIds
from scaler_monitor.wire.text import CleanNames


class Kept:
    """Of one monitor, whatever connections it has had. For one thread."""

    def __init__(self) -> None:
        self.names = CleanNames()
        self.lists = CapabilityLists()
        self.ids = BoundedIds()
        self.columns = ColumnMemory()
        self._of_reports = 0

    @property
    def cut(self) -> int:
        """How many names, lists of capabilities and ids were made that are not whole."""
        return self.names.cut + self.lists.cut + self.ids.cut

    @property
    def made(self) -> int:
        """Bytes of memory of names and lists made so far, but for those that a report of its own holds."""
        return self.names.made + self.lists.made - self._of_reports

    def leave_out(self, made_before: int) -> None:
        """Say that what was made since `made` was this is held by a report."""
        self._of_reports += self.made - made_before
