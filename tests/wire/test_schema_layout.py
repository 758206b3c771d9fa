"""Values derived from the schema: field offsets, the release of each field, minimum struct sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import capnp
import pytest

from scaler_monitor.wire import list_kinds
from scaler_monitor.wire.generation import GENERATIONS, LAYOUTS, MEMBERS, MEMBERS_BY_NUMBER, Generation
from scaler_monitor.wire.list_kinds import ListKind
from scaler_monitor.wire.struct_layout import Layout

LISTS: dict[str, ListKind] = {
    "stateScheduler.workerManager.workers": list_kinds.WORKERS,
    "stateScheduler.workerManager.workers.processorStatuses": list_kinds.PROCESSORS,
    "stateScheduler.clientManager.clients": list_kinds.CLIENTS,
    "stateScheduler.scalingManager.workerManagerDetails": list_kinds.MANAGERS,
    "stateScheduler.scalingManager.managedWorkers": list_kinds.MANAGED,
    "stateScheduler.taskManager.stateToCount": list_kinds.STATE_TOTALS,
    "stateScheduler.binder.sent": list_kinds.MESSAGE_TOTALS,
    "stateScheduler.binder.received": list_kinds.MESSAGE_TOTALS,
    "stateObject.objects": list_kinds.OBJECTS,
    "stateTask.capabilities": list_kinds.CAPABILITIES,
    "stateWorker.capabilities": list_kinds.CAPABILITIES,
}


def each_layout(generation: Generation) -> Iterator[tuple[str, Layout]]:
    """Yield every struct of a generation with its path."""
    waiting: list[tuple[str, Layout]] = list(LAYOUTS[generation].items())
    while waiting:
        path, layout = waiting.pop()
        yield path, layout
        waiting += ((f"{path}.{field}", inner) for field, inner in layout.inner.items())


@pytest.mark.parametrize("path", LISTS)
def test_minimum_element_sizes_match_the_releases(path: str) -> None:
    found = [
        layout.least for generation in GENERATIONS for at, layout in each_layout(generation) if at == path
    ]
    assert (LISTS[path].data_words, LISTS[path].pointers) == min(found)


def test_every_list_of_structs_is_bounded() -> None:
    for generation in GENERATIONS:
        for path, layout in each_layout(generation):
            lists = {name for name, field in layout.fields.items() if field.kind == "list"}
            assert {f"{path}.{name}" for name in lists & layout.inner.keys()} <= LISTS.keys()


@pytest.mark.parametrize("generation", GENERATIONS)
def test_later_fields_need_larger_shapes(generation: Generation) -> None:
    """Checked by the shape that a field needs; without `$since` all releases would seem to have it."""
    for path, layout in each_layout(generation):
        needs = [field.needs for field in layout.fields.values()]
        assert needs == sorted(needs), path


def test_a_field_in_padding_is_detected_by_the_shape_of_its_release() -> None:
    client = LAYOUTS[2]["stateScheduler"].inner["clientManager"].inner["clients"]
    assert client.fields["latencyMicroseconds"].at == 1  # in the same word as numTask
    assert not client.has("latencyMicroseconds", (1, 1))
    assert not client.has("latencyMicroseconds", (2, 2))
    assert client.has("latencyMicroseconds", (2, 3))
    assert client.has("latencyMicroseconds", (9, 9))


def test_a_release_without_growth_is_rejected(tmp_path: Path) -> None:
    """A field in the padding of a word does not enlarge the struct, so older releases would read 0."""
    path = tmp_path / "small.capnp"
    head = "@0xdd0c6a4bf6d2a1f1;\nannotation since(field) :Text;\n"
    path.write_text(f'{head}struct S {{ a @0 :UInt16; b @1 :UInt32 $since("2.9"); }}')
    with pytest.raises(ValueError, match=r"S: 2\.9: the struct did not grow"):
        Layout(capnp.load(str(path)).S.schema)


def test_shapes_of_tasks() -> None:
    task = LAYOUTS[2]["stateTask"]
    assert task.least == (1, 5)
    assert {(1, 5), (2, 7)} <= task.shapes
    assert task.whole == max(task.shapes)
    assert not LAYOUTS[1]["stateTask"].has("client", (9, 9))


def test_packing_reads_the_right_offsets() -> None:
    worker = LAYOUTS[2]["stateScheduler"].inner["workerManager"].inner["workers"]
    packing = worker.packing("rssFree", "sent", "suspended", "memLimit")
    raw = bytes(range(64))
    assert packing.unpack_from(raw) == tuple(
        int.from_bytes(raw[at : at + size], "little") for at, size in ((0, 8), (12, 4), (20, 1), (32, 8))
    )


def test_numbers_of_messages() -> None:
    """Union numbers changed once; they are consecutive in the order of MEMBERS."""
    first = {1: 13, 2: 11}
    expected: dict[int, dict[int, str]] = {}
    for generation in GENERATIONS:
        for place, member in enumerate(MEMBERS):
            expected.setdefault(first[generation] + place, {})[generation] = member
    assert expected == MEMBERS_BY_NUMBER
