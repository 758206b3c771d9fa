"""The processors of each row of the processor table: one, or all of a folded worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.protocol.page import ALL
from scaler_monitor.wire.event import WorkerColumns

_Array = NDArray[Any]


class ProcessorRange(NamedTuple):
    """Processors [first, stop) in the report, of the worker at position `worker`."""

    worker: int
    first: int
    stop: int
    folded: bool


class ProcessorRanges(Sequence[ProcessorRange]):
    """The ranges of all rows, stored as arrays, because a page needs few of them."""

    def __init__(self, worker: _Array, first: _Array, stop: _Array, folded: _Array) -> None:
        self.worker, self.first, self.stop, self.folded = worker, first, stop, folded

    def __len__(self) -> int:
        return len(self.worker)

    @overload
    def __getitem__(self, at: int) -> ProcessorRange: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[ProcessorRange]: ...
    def __getitem__(self, at: int | slice) -> ProcessorRange | Sequence[ProcessorRange]:
        """Return the range of one row, or the ranges of several."""
        if isinstance(at, slice):
            return ProcessorRanges(self.worker[at], self.first[at], self.stop[at], self.folded[at])
        return ProcessorRange(
            int(self.worker[at]), int(self.first[at]), int(self.stop[at]), bool(self.folded[at])
        )


def processor_ranges(
    columns: WorkerColumns, workers: Sequence[str], folded: tuple[str, ...]
) -> ProcessorRanges:
    """Return the ranges of all rows; `folded` is as in TableQuestion."""
    firsts = columns.first_processor.astype(np.int64)
    counts = np.diff(firsts)
    one_row = counts == 0
    if folded:
        named, most = frozenset(folded), ALL in folded
        one_row |= np.fromiter(((name in named) != most for name in workers), np.bool_, len(workers))
    rows = np.where(one_row, 1, counts)
    worker = np.repeat(np.arange(len(rows)), rows)
    within = np.arange(len(worker)) - np.repeat(np.cumsum(rows) - rows, rows)
    first, is_folded = firsts[worker] + within, one_row[worker]
    return ProcessorRanges(worker, first, np.where(is_folded, firsts[worker + 1], first + 1), is_folded)
