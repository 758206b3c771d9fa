"""Random messages with the struct shapes of any release."""

from __future__ import annotations

import random
import struct
from typing import Any

from tests.wire.eras import Era, era_schema

Fields = dict[str, Any]

BITS = {"uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64}
HOSTILE = (
    *(
        "",
        "gpu",
        "Worker|a|0123456789abcdef",
        "ä",
        "日本語",
        "a\\b",
        "\\x1b",
        "\x1b[31mred\x1b[0m",
        "[bold]x[/]",
    ),
    *("\x9b31m", "\u202egpj.exe", "a\x00b", "line\nbreak", "\u2066x\u2069", "x" * 700, "<Unknown>", "\x7f"),
    *("\ud800", "🚀" * 9),
)
BROKEN = (b"\xff", b"ok\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", bytes(range(128, 256)))
NAMES = (*(text.encode("utf-8", "surrogatepass") for text in HOSTILE), *BROKEN)


class Maker:
    """Makes one random message of an era: its fields, and the frame that pycapnp writes."""

    def __init__(self, era: Era, seed: int, segment_words: int = 0) -> None:
        """`segment_words` is the maximum size of a segment: what does not fit gets a separate one."""
        self._era = era
        self._segment_words = segment_words
        self._dice = random.Random(seed)
        self._schema = era_schema(era)

    def make(self, member: str, **lengths: int) -> tuple[bytes, Fields]:
        """Return a frame and its fields in the recordings' format.

        `lengths` sets the length of some lists.
        """
        schema = getattr(self._schema, self._era.message).schema.fields[member].schema
        fields = self._struct(schema, lengths)
        if member == "stateScheduler":
            self._make_countable(fields)
        new_message = getattr(self._schema, self._era.message).new_message
        allocate = self._allocate if self._segment_words else None
        message = new_message(allocate_seg_callable=allocate, **{member: _plain(fields)})
        return message.to_bytes(), fields

    def _allocate(self, words: int) -> bytearray:
        return bytearray(8 * max(words, self._segment_words))

    def _struct(self, schema: Any, lengths: dict[str, int]) -> Fields:
        return {key: self._value(key, field, lengths) for key, field in schema.fields.items()}

    def _value(self, key: str, field: Any, lengths: dict[str, int]) -> Any:
        kind = field.proto.slot.type.which()
        if kind == "struct":
            return self._struct(field.schema, lengths)
        if kind == "list":
            length = lengths.get(key, self._dice.randrange(4))
            if key == "processorStatuses":
                length = self._dice.randrange(6)
            if field.proto.slot.type.list.elementType.which() == "struct":
                return [self._struct(field.schema.elementType, lengths) for _ in range(length)]
            return [self._bytes() for _ in range(length)]
        if kind == "enum":
            return {"raw": self._dice.choice((0, 1, 2, 4, 5, 8, 9, 10, 11, 65535))}
        if kind in ("data", "text"):
            return self._metadata() if key == "metadata" else self._bytes()
        if kind == "bool":
            return self._dice.random() < 0.5
        if kind == "int64":
            return self._dice.choice((-1, 0, 1, 2**63 - 1, -(2**63)))
        limit = 2 ** BITS[kind] - 1
        return self._dice.choice((0, 1, limit, limit - 1, limit // 2 + 1, self._dice.randrange(limit)))

    def _bytes(self) -> bytes:
        name = self._dice.choice(NAMES)
        return name + str(self._dice.randrange(99)).encode() if self._dice.random() < 0.7 else name

    def _metadata(self) -> bytes:
        seconds, cpu_seconds = self._dice.uniform(0, 1e6), self._dice.uniform(0, 1e6)
        profile = struct.pack(">fQf", seconds, self._dice.randrange(2**64), cpu_seconds)
        return self._dice.choice((b"", profile, profile, profile[:15], profile + b"\0"))

    def _make_countable(self, report: Fields) -> None:
        """Make keys unique: states, message names (never empty) and ids of managers."""
        pairs = report["taskManager"]["stateToCount"]
        for number, pair in enumerate(pairs):
            pair["state"] = (0, 1, 4, 10, 200)[number % 5] if number < 5 else number + 10
        for direction in ("sent", "received"):
            for number, pair in enumerate(report["binder"][direction]):
                pair["client"] = b"Message%d" % number + pair["client"]
        for number, pair in enumerate(report["scalingManager"]["managedWorkers"]):
            pair["workerManagerID"] = b"%d" % number + pair["workerManagerID"]


def _plain(value: Any) -> Any:
    """Return the value for pycapnp: enumerations as numbers."""
    if isinstance(value, dict):
        return value["raw"] if value.keys() == {"raw"} else {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
