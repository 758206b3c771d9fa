"""Frames within the frame limit that make a monitor use as much memory or CPU as possible.

Each scenario is a stream of frames of the second generation.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

from scaler_monitor.wire.frame_limits import FRAME_LIMIT
from scaler_monitor.wire.schema import load_generation
from scaler_monitor.wire.segments import Segments

Frames = Iterator[bytes]

_HEAD_WORDS = 11  # root pointer, number and pointer of the message, data and pointers of the StateScheduler
_STATE_SCHEDULER = 14


def pointer_word(kind: int, offset: int, rest: int) -> bytes:
    """Return a Cap'n Proto pointer of a `kind` in segments.py."""
    return struct.pack("<Q", kind | (offset & 0x3FFFFFFF) << 2 | rest << 32)


def with_list(frame: bytes, at: int, shape: tuple[int, int], entries: int) -> bytes:
    """Return a frame of one segment whose pointer at word `at` refers to a new list at the end, of `count`
    zero structs of `shape`."""
    words, room = len(frame) // 8, entries * sum(shape)
    longer = bytearray(frame)
    longer[8 * at : 8 * at + 8] = pointer_word(1, words - at - 1, 7 | room << 3)
    struct.pack_into("<I", longer, 4, words + room)
    tag = struct.pack("<Q", entries << 2 | shape[0] << 32 | shape[1] << 48)
    return b"".join((longer, tag, bytes(8 * room)))


def _report(member: int, shape: tuple[int, int], index: int, listed: bytes, kind: int, size: int) -> bytes:
    """Return a report in which member number `member`, a struct of `shape`, has a list at pointer `index`."""
    pointers = bytearray(8 * 7)
    pointers[8 * member : 8 * member + 8] = pointer_word(0, 6 - member, shape[0] | shape[1] << 16)
    holder = bytearray(8 * sum(shape))
    at = shape[0] + index
    holder[8 * at : 8 * at + 8] = pointer_word(1, sum(shape) - at - 1, kind | size << 3)
    head = (
        pointer_word(0, 0, 1 | 1 << 16)
        + struct.pack("<Q", _STATE_SCHEDULER)
        + pointer_word(0, 0, 1 | 7 << 16)
    )
    body = head + bytes(8) + bytes(pointers) + bytes(holder)
    return b"".join((struct.pack("<II", 0, (len(body) + len(listed)) // 8), body, listed))


def report_of_structs(
    member: int, holder: tuple[int, int], index: int, shape: tuple[int, int], size: int
) -> bytes:
    """Return a report of about `size` bytes with one list of zero structs of `shape`."""
    words = sum(shape)
    entries = size // (8 * max(words, 1)) - 8
    tag = struct.pack("<Q", entries << 2 | shape[0] << 32 | shape[1] << 48)
    room = entries * max(words, 1)
    return _report(member, holder, index, tag + bytes(8 * room), 7, room)


def report_of_managed_ids(size: int) -> bytes:
    """Return a report with one manager that has a worker without id for every eight bytes."""
    ids = size // 8 - 20
    tag = struct.pack("<Q", 1 << 2 | 2 << 48)
    pair = bytes(8) + pointer_word(1, 0, 6 | ids << 3)
    return _report(6, (0, 2), 0, tag + pair + bytes(8 * ids), 7, 2)


LISTS: dict[str, Callable[[int], bytes]] = {
    "clients": lambda size: report_of_structs(2, (0, 1), 0, (1, 0), size),
    "clients without words": lambda size: report_of_structs(2, (0, 1), 0, (0, 0), size),
    "clients with ids": lambda size: report_of_structs(2, (0, 1), 0, (1, 1), size),
    "managers": lambda size: report_of_structs(6, (0, 2), 1, (1, 0), size),
    "managers with names": lambda size: report_of_structs(6, (0, 2), 1, (1, 3), size),
    "managers with workers": lambda size: report_of_structs(6, (0, 2), 0, (0, 2), size),
    "state pairs": lambda size: report_of_structs(4, (0, 1), 0, (1, 0), size),
    "message pairs": lambda size: report_of_structs(0, (0, 2), 1, (1, 1), size),
    "manager worker ids": report_of_managed_ids,
    "workers": lambda size: report_of_structs(5, (0, 1), 0, (4, 4), size),
    "workers without words": lambda size: report_of_structs(5, (0, 1), 0, (0, 0), size),
}
"""Functions that make a report with one long list of minimal entries, of a given size in bytes."""


def _message(words: int, **members: Any) -> bytes:
    message = load_generation(2).Message.new_message(num_first_segment_words=words, **members)
    return bytes(message.to_bytes())


class _Template:
    """A frame in which fields are replaced by values of the same size."""

    def __init__(self, size: int, **members: Any) -> None:
        self._frame = _message(size // 8 + 200, **members)

    def fill(self, **fields: bytes) -> bytes:
        """Return the frame with each run of a letter replaced by the field of that name."""
        frame = bytearray(self._frame)
        for letter, value in fields.items():
            at = frame.index(letter.encode() * len(value))
            frame[at : at + len(value)] = value
        return bytes(frame)


def _distinct(number: int, size: int, filling: bytes) -> bytes:
    """Return a unique name of `size` bytes."""
    text = b"%012d" % number
    return (text + filling * (size // len(filling) + 1))[:size]


def _tasks(size: int, letters: str, filling: bytes = b"x", id_bytes: int = 16) -> Frames:
    """Generate tasks in which each field named by a letter has a unique value of `size` bytes."""
    fields = {"W": "worker", "F": "functionName", "C": "client"}
    values: dict[str, bytes | str] = {
        name: letter.encode() * (size if letter in letters else 8) for letter, name in fields.items()
    }
    values["taskId"] = b"T" * id_bytes
    if "E" in letters:
        values["event"] = "E" * size
    template = _Template(5 * size + id_bytes + 400, stateTask={"state": "running", **values})
    for number in count():
        filled = {letter: _distinct(number, size, filling) for letter in letters}
        yield template.fill(T=_distinct(number, id_bytes, b"\0"), **filled)


def _capable(listed: int) -> Frames:
    """Generate tasks with `listed` unique capabilities each."""
    names = [{"name": f"CCCCCCCCCCCC{number}", "value": number} for number in range(listed)]
    task = {"state": "running", "taskId": b"T" * 16, "functionName": b"f", "capabilities": names}
    frame = _message(listed * 5 + 500, stateTask=task)
    for number in count():
        yield frame.replace(b"C" * 12, b"%012d" % number).replace(b"T" * 16, b"%016d" % number)


def _listing(size: int) -> Frames:
    """Generate tasks with as many unnamed capabilities as fit in the given bytes."""
    task = {"taskId": b"T" * 16, "functionName": b"f", "capabilities": [{"name": "gpu", "value": 1}]}
    frame = _message(100, stateTask=task)
    segments = Segments(frame)
    body = segments.member(segments.root(), 0)
    assert body is not None
    longer = with_list(frame, body.at + body.data_words + 3, (1, 1), size // 16)
    while True:
        yield longer


def _advice(ids: int, id_bytes: int) -> Frames:
    advice = {"workerId": b"w", "taskIds": [_distinct(number, id_bytes, b"\0") for number in range(ids)]}
    frame = _message(ids * (2 + id_bytes // 8) + 500, stateBalanceAdvice=advice)
    while True:
        yield frame


def _graph(ids: int) -> Frames:
    node = {
        "graphTaskId": b"g",
        "taskId": b"t",
        "parentTaskIds": [b"%016d" % number for number in range(ids)],
    }
    frame = _message(ids * 4 + 500, stateGraphTask=node)
    while True:
        yield frame


def _metadata(size: int) -> Frames:
    return _tasks_with(size, "metadata")


def _tasks_with(size: int, field: str) -> Frames:
    task = {"state": "success", "taskId": b"T" * 16, "functionName": b"f", "worker": b"w", field: b"M" * size}
    template = _Template(size + 400, stateTask=task)
    for number in count():
        yield template.fill(T=b"%016d" % number)


def _hellos(size: int) -> Frames:
    """Generate connections of workers with a unique name and three unique capabilities."""
    names = [{"name": "D" * 11 + str(number), "value": 1} for number in range(3)]
    worker = {"state": "connected", "workerId": b"W" * size, "capabilities": names}
    frame = _message(size // 8 + 300, stateWorker=worker)
    for number in count():
        yield frame.replace(b"W" * size, _distinct(number, size, b"w")).replace(b"D" * 11, b"%011d" % number)


def _objects(objects: int, name_bytes: int) -> Frames:
    listed = [{"objectId": bytes(32), "name": b"N" * name_bytes, "creator": b"c", "size": 1}] * objects
    report = {"objects": listed, "totalObjects": objects}
    frame = _message(objects * (12 + name_bytes // 8) + 500, stateObject=report)
    while True:
        yield frame


@cache
def _report_of_names(workers: int, name_bytes: int, processors: int, id_bytes: int) -> bytes:
    """Generate reports of workers with unique names, hosts, itl and task ids."""
    message = load_generation(2).Message.new_message(num_first_segment_words=FRAME_LIMIT // 8)
    rows = message.init("stateScheduler").init("workerManager").init("workers", workers)
    for number, row in enumerate(rows):
        row.workerId = _distinct(number, name_bytes, b"w")
        row.hostname = _distinct(number, name_bytes, b"h").decode()
        row.itl = _distinct(number, name_bytes, b"i").decode()
        for place, each in enumerate(row.init("processorStatuses", processors)):
            each.currentTaskId, each.hasTask = _distinct(number * processors + place, id_bytes, b"t"), True
    return bytes(message.to_bytes())


def _reports(workers: int, name_bytes: int, processors: int, id_bytes: int) -> Frames:
    frame = _report_of_names(workers, name_bytes, processors, id_bytes)
    for number in count():  # different workers in every report
        yield frame.replace(b"000000", b"%06d" % (number % 1_000_000))


STREAMS: dict[str, Callable[[], Frames]] = {
    "task ids of 100 KB": lambda: _tasks(12, "", id_bytes=100_000),
    "advice of 500 ids": lambda: _advice(500, 16),
    "advice of ids of 10 KB": lambda: _advice(100, 10_000),
    "graph tasks of 500 parents": lambda: _graph(500),
    "1,000 capabilities a task": lambda: _capable(1_000),
    "3 capabilities a task": lambda: _capable(3),
    "names of control characters": lambda: _tasks(1_000, "WFCE", b"\x01"),
    "short names, all unlike": lambda: _tasks(100, "WFCE"),
    "functions of 10 KB": lambda: _tasks(10_000, "F"),
    "worker ids of 1 MB": lambda: _tasks(1 << 20, "W"),
    "metadata of 1 MB": lambda: _metadata(1 << 20),
    "workers that say hello": lambda: _hellos(100),
    "capabilities of 47 MB": lambda: _listing(47 << 20),
    "objects, 8 MB": lambda: _objects(95_000, 16),
    "objects with names of 10 KB": lambda: _objects(700, 10_000),
    "a fleet of long names": lambda: _reports(122_000, 96, 0, 0),
    "a fleet of task ids": lambda: _reports(118_000, 12, 2, 64),
}
"""Endless streams of frames, by name."""
