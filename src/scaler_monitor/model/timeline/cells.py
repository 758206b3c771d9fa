"""What one worker did in one slice of the timeline, as a cell; and many cells kept in little room."""

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
"""One worker in one slice: seconds at work; tasks that touched it, that began in it, that ended in it, and
those of the latter that failed or were canceled; the capability set and the function with the most time, with
the seconds of their lead; the worst state of those that ended in it."""

Cells = NDArray[np.void]
"""An array of CELL, by the number of the worker, as far as there were any."""

_LEADS = ("capabilities_lead", "function_lead")
_STEPS = 65_535
"""Seconds at work are kept in so many steps of a slice."""


class PackedCells(NamedTuple):
    """Cells that are not written to for now: most differ in the time at work alone, so each other thing that
    is true of some of them is kept once."""

    kinds: Cells  # without time at work and leads
    kind: NDArray[np.unsignedinteger[Any]]  # by worker: position of its kind
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
        """Bytes of what it holds."""
        return self.kinds.nbytes + self.kind.nbytes + self.busy.nbytes

    def take(self, workers: NDArray[np.int64]) -> Cells:
        """Return the cells of the workers with these numbers, to be looked at: without leads."""
        cells: Cells = self.kinds[self.kind[workers]]
        cells["busy"] = self.busy[workers] * np.float32(SLICE_SECONDS / _STEPS)
        return cells

    def unpack(self) -> Cells:
        """Return all cells, to be written to. Who led is taken to have led all the time at work."""
        cells = self.take(np.arange(len(self.kind)))
        for name in _LEADS:
            cells[name] = cells["busy"]
        return cells

    def of_workers(self, workers: NDArray[np.int64]) -> PackedCells:
        """Return the same of some workers, in their order."""
        return PackedCells(self.kinds, self.kind[workers], self.busy[workers])

    def has_tasks(self) -> NDArray[np.bool_]:
        """Return by worker whether it had a task."""
        some: NDArray[np.bool_] = self.kinds["tasks"] > 0
        worked: NDArray[np.bool_] = some[self.kind]
        return worked
