"""Schemas with the struct shapes of earlier releases, made from ours by removing later fields, and of future
releases, in which every struct has more data words and more pointers.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import capnp
from tests.present import present

from scaler_monitor.wire.generation import Generation


class Era(NamedTuple):
    """Releases whose messages have the same shapes."""

    since: str
    generation: Generation
    lacks: tuple[str, ...]  # "Struct.field"
    message: str = "Message"
    grown: bool = False

    def __str__(self) -> str:
        return f"{self.since} and more" if self.grown else self.since


_FROM_2_9 = (
    *("StateTask.objectBytes", "StateTask.client", "StateTask.event", "StateObject.objects"),
    *("StateObject.totalObjects", "ClientStatus.resource", "ClientStatus.latencyMicroseconds"),
    *("ClientStatus.lastSeenSeconds", "ClientStatus.connectedSeconds", "ClientStatus.hostname"),
    *("ObjectManagerStatus.storage", "ProcessorStatus.currentTaskId", "ProcessorStatus.taskAgeSeconds"),
    *("WorkerStatus.hostname", "WorkerStatus.netSentBytes", "WorkerStatus.netRecvBytes"),
)
_FROM_1_27 = ("ScalingManagerStatus.workerManagerDetails",)

ERAS = (
    Era("1.12.7", 1, _FROM_1_27, "EarlyMessage"),
    Era("1.15.0", 1, _FROM_1_27),
    Era("1.27.2", 1, ("WorkerManagerDetail.pendingWorkers",)),
    Era("2.0.9", 1, ()),
    Era("2.7.0", 2, _FROM_2_9),
    Era("2.9.0", 2, ()),
)
GROWN = (ERAS[3]._replace(grown=True), ERAS[5]._replace(grown=True))
"""The last release of each generation, and what a later one may append to its structs."""

_NOT_GROWN = ("Message", "EarlyMessage", "EarlyStateTask", "EarlyStateWorker", "Reserved")
_ADDED = ("Bool", "UInt8", "Data", "UInt64", "Text", "Addition", "List(Addition)", "UInt64")
_ADDITION = """
struct Addition {
  number @0 :UInt64;
  text @1 :Text;
}
"""


@cache
def era_schema(era: Era) -> Any:
    """Return the pycapnp module of an era."""
    source = files("scaler_monitor.wire.schema").joinpath(f"generation{era.generation}.capnp").read_text()
    number = int(present(re.search(r"@0x([0-9a-f]+);", source)).group(1), 16) + 1 + (*ERAS, *GROWN).index(era)
    source = re.sub(r"@0x[0-9a-f]+;", f"@0x{number:x};", source, count=1)
    kept, struct, left_out = [], [""], set()
    for line in source.splitlines():
        if opened := re.match(r"\s*(?:struct|enum|union) ?(\w*) ?\{", line):
            struct.append(opened.group(1))
        elif line.strip() == "}":
            struct.pop()
        elif field := re.match(r"\s*(\w+) @\d+ :", line):
            name = f"{struct[-1]}.{field.group(1)}"
            if name in era.lacks:
                left_out.add(name)
                continue
        kept.append(line)
    assert left_out == set(era.lacks)
    if era.grown:
        kept = [*_grown(kept), _ADDITION]
    path = Path(tempfile.mkdtemp(prefix="era-")) / f"era{number:x}.capnp"
    path.write_text("\n".join(kept))
    return capnp.load(str(path))


def _grown(lines: list[str]) -> Iterator[str]:
    """Return a schema whose structs have more fields, each with the next ordinals."""
    open_blocks: list[tuple[str, int]] = []
    for line in lines:
        if opened := re.match(r"\s*(?:struct (\w+)|enum \w+|union) ?\{", line):
            open_blocks.append((opened.group(1) or "", 0))
        elif field := re.match(r"\s*\w+ @(\d+) :", line):
            open_blocks[-1] = open_blocks[-1][0], int(field.group(1)) + 1
        elif line.strip() == "}":
            name, free = open_blocks.pop()
            if name and name not in _NOT_GROWN:
                yield from (f"added{n} @{free + n} :{kind};" for n, kind in enumerate(_ADDED))
        yield line
