"""What is derived from the schema: where fields lie, which release brought them, how small structs may be."""

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
    """Every struct of a generation, by its path."""
    waiting: list[tuple[str, Layout]] = list(LAYOUTS[generation].items())
    while waiting:
        path, layout = waiting.pop()
        yield path, layout
        waiting += ((f"{path}.{field}", inner) for field, inner in layout.inner.items())


@pytest.mark.parametrize("path", LISTS)
def test_no_list_has_smaller_entries_than_some_release(path: str) -> None:
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
def test_what_came_later_stands_last(generation: Generation) -> None:
    """By what a struct needs to have it; were one field without its release, all would have it."""
    for path, layout in each_layout(generation):
        needs = [field.needs for field in layout.fields.values()]
        assert needs == sorted(needs), path


def test_a_field_in_room_that_was_always_there_is_known_by_those_that_came_with_it() -> None:
    client = LAYOUTS[2]["stateScheduler"].inner["clientManager"].inner["clients"]
    assert client.fields["latencyMicroseconds"].at == 1  # beside numTask, in the same word
    assert not client.has("latencyMicroseconds", (1, 1))
    assert not client.has("latencyMicroseconds", (2, 2))
    assert client.has("latencyMicroseconds", (2, 3))
    assert client.has("latencyMicroseconds", (9, 9))


def test_a_release_that_no_size_tells_is_refused(tmp_path: Path) -> None:
    """A field that fits beside others of one word leaves the struct as it was: it would read 0 in all."""
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


def test_a_packing_reads_numbers_where_they_lie() -> None:
    worker = LAYOUTS[2]["stateScheduler"].inner["workerManager"].inner["workers"]
    packing = worker.packing("rssFree", "sent", "suspended", "memLimit")
    raw = bytes(range(64))
    assert packing.unpack_from(raw) == tuple(
        int.from_bytes(raw[at : at + size], "little") for at, size in ((0, 8), (12, 4), (20, 1), (32, 8))
    )


def test_numbers_of_messages() -> None:
    """They moved once, and follow one another in the order of MEMBERS."""
    first = {1: 13, 2: 11}
    expected: dict[int, dict[int, str]] = {}
    for generation in GENERATIONS:
        for place, member in enumerate(MEMBERS):
            expected.setdefault(first[generation] + place, {})[generation] = member
    assert expected == MEMBERS_BY_NUMBER
