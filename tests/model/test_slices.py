"""Old slices of the timeline are packed, without loss."""

from __future__ import annotations

import numpy as np
import pytest
from tests.model.worlds import array_bytes

from scaler_monitor.model.timeline.bars import SEVERITY
from scaler_monitor.model.timeline.cells import CELL, Cells, PackedCells
from scaler_monitor.model.timeline.slices import Slices
from scaler_monitor.model.timeline.spans import SPAN, Rows

WORKERS = 2_000
MINUTES = 5


def work(minute: int, seed: int = 3) -> Rows:
    """Return slices of a minute with three tasks per worker, of twelve functions."""
    draw = np.random.default_rng(seed + minute)
    rows = np.zeros(3 * WORKERS, SPAN)
    rows["end"] = 60.0 * minute + draw.random(len(rows)) * 60
    rows["start"] = rows["end"] - draw.exponential(2.0, len(rows))
    rows["worker"] = np.tile(np.arange(WORKERS), 3)
    rows["function"] = draw.integers(0, 12, len(rows))
    rows["capabilities"] = rows["function"] % 3
    rows["severity"] = np.where(draw.random(len(rows)) < 0.05, SEVERITY["failed"], SEVERITY["success"])
    return rows


@pytest.fixture
def slices() -> Slices:
    held = Slices(1_800.0)
    for minute in range(1, MINUTES + 1):
        held.fold(work(minute), 60.0 * minute + 60)
    return held


def looked_at(slices: Slices) -> dict[str, list[float]]:
    folded = slices.find_cells(0.0, 1_000.0, np.arange(WORKERS))
    order = np.lexsort((folded.left, folded.lane))
    names = [name for name in CELL.names or () if not name.endswith("_lead")]
    return {name: folded.cells[name][order].tolist() for name in names}


def test_packed_cells_are_found_again(slices: Slices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scaler_monitor.model.timeline.slices.PACKED_SLICES", 1_000_000)
    whole = Slices(1_800.0)
    for minute in range(1, MINUTES + 1):
        whole.fold(work(minute), 60.0 * minute + 60)
    assert array_bytes(slices) < 0.4 * array_bytes(whole)
    packed, unpacked = looked_at(slices), looked_at(whole)
    assert packed.pop("busy") == pytest.approx(unpacked.pop("busy"), abs=0.001)
    assert packed == unpacked
    for one in (slices, whole):
        active = np.zeros(WORKERS, bool)
        one.mark_active(0.0, 1_000.0, active)
        assert active.all()


def test_a_packed_slice_can_change_and_a_shared_one_does_not(slices: Slices) -> None:
    snapshot = slices.snapshot()
    before = looked_at(snapshot)
    late = work(1, seed=99)
    slices.fold(late, 400.0)
    slices.fold(work(MINUTES + 1), 420.0)
    assert looked_at(snapshot) == before
    after = looked_at(slices)
    added = len(late) + 3 * WORKERS
    assert sum(after["ended"]) == sum(before["ended"]) + added
    assert sum(after["failed"]) > sum(before["failed"])


def test_idle_workers_take_no_memory_in_a_packed_slice() -> None:
    cells = np.zeros(10_000, CELL)
    cells["tasks"][7] = 1
    packed = PackedCells.of(cells)
    assert len(packed.kinds) == 2
    assert packed.nbytes < 4 * len(cells)
    assert np.flatnonzero(packed.has_tasks()).tolist() == [7]


def test_cells_that_do_not_become_smaller_are_packed_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells that all differ would become larger, and each attempt takes time."""
    held = Slices(1_800.0)
    rows = np.zeros(300, SPAN)
    rows["worker"] = rows["function"] = np.arange(300)
    tries: list[int] = []
    pack = PackedCells.of

    def tried(cells: Cells) -> PackedCells:
        tries.append(len(cells))
        return pack(cells)

    monkeypatch.setattr(PackedCells, "of", tried)
    for second in range(20):
        rows["start"], rows["end"] = 100.0 * second + 1, 100.0 * second + 2
        held.fold(rows, 100.0 * second + 3)
    assert len(tries) == len(held) - 1
