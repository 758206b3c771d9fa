"""Cells: the aggregated activity of one worker in one slice; and a compact form of many cells."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

SLICE_SECONDS = 10.0

CELL = np.dtype(
    [
        ("busy", np.float32),
        ("tasks", np.uint16),
        ("begun", np.uint16),
        ("ended", np.uint16),
        ("failed", np.uint16),
        ("canceled", np.uint16),
        ("capabilities", np.int16),
        ("function", np.int16),
        ("capabilities_lead", np.float16),
        ("function_lead", np.float16),
        ("severity", np.uint8),
    ]
)
"""One worker in one slice: seconds with a task; number of tasks that overlap it, that began in it, that ended
in it, and that failed or were canceled in it; numbers of the capability set and the function with the longest
time, with their lead in seconds; worst severity of the tasks that ended in it."""

Cells = NDArray[np.void]
"""An array of CELL by number of the worker."""

_LEADS = ("capabilities_lead", "function_lead")
_STEPS = 65_535
"""Resolution of the packed busy time: steps per slice."""


class PackedCells(NamedTuple):
    """A compact, immutable form of cells: most differ only in the busy time, so equal other values are stored
    once."""

    kinds: Cells  # without busy time and leads
    kind: NDArray[np.unsignedinteger[Any]]  # by worker: index in `kinds`
    busy: NDArray[np.uint16]  # by worker, in steps

    @classmethod
    def of(cls, cells: Cells) -> PackedCells:
        """Pack cells."""
        bare = cells.copy()
        bare["busy"] = 0.0
        for name in _LEADS:
            bare[name] = 0.0
        kinds, kind = np.unique(bare.view(f"V{CELL.itemsize}"), return_inverse=True)
        busy = np.rint(np.clip(cells["busy"] / SLICE_SECONDS, 0.0, 1.0) * _STEPS)
        return cls(kinds.view(CELL), kind.astype(np.min_scalar_type(len(kinds))), busy.astype(np.uint16))

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return self.kinds.nbytes + self.kind.nbytes + self.busy.nbytes

    def take(self, workers: NDArray[np.int64]) -> Cells:
        """Return a copy of the cells of the workers with these numbers, without leads."""
        cells: Cells = self.kinds[self.kind[workers]]
        cells["busy"] = self.busy[workers] * np.float32(SLICE_SECONDS / _STEPS)
        return cells

    def unpack(self) -> Cells:
        """Return all cells, to be modified. The leads, which are not stored, are set to the busy time."""
        cells = self.take(np.arange(len(self.kind)))
        for name in _LEADS:
            cells[name] = cells["busy"]
        return cells

    def of_workers(self, workers: NDArray[np.int64]) -> PackedCells:
        """Return the cells of some workers, in the given order."""
        return PackedCells(self.kinds, self.kind[workers], self.busy[workers])

    def has_tasks(self) -> NDArray[np.bool_]:
        """Return by number of the worker whether it had a task."""
        some: NDArray[np.bool_] = self.kinds["tasks"] > 0
        has_task: NDArray[np.bool_] = some[self.kind]
        return has_task
