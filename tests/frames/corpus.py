"""The recorded frames, and what the releases themselves read in them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from scaler_monitor.wire.generation import Generation, Member

RELEASES = ("1.12.7", "1.15.0", "1.27.2", "2.0.20", "2.3.0", "2.6.0", "2.7.0", "2.8.0", "2.9.0")
FOLDER = Path(__file__).parent


class Recorded(NamedTuple):
    """One frame and what its release read: the member's name, its fields by their names in that release."""

    frame: bytes
    member: Member
    fields: dict[str, Any]


def write_frames(path: Path, frames: Iterable[bytes]) -> None:
    """Write `frames`, each behind its length as eight little-endian bytes."""
    path.write_bytes(b"".join(struct.pack("<Q", len(frame)) + frame for frame in frames))


def read_frames(version: str) -> list[bytes]:
    """Return the recorded frames of a release in the order in which they came."""
    return read_file(FOLDER / version / "frames.bin")


def read_file(path: Path) -> list[bytes]:
    """Return the frames of one file, each behind its length as eight little-endian bytes."""
    raw = path.read_bytes()
    frames, at = [], 0
    while at < len(raw):
        (length,) = struct.unpack_from("<Q", raw, at)
        frames.append(raw[at + 8 : at + 8 + length])
        at += 8 + length
    return frames


def read_recorded(version: str) -> list[Recorded]:
    """Return the recorded frames of a release with what it read itself."""
    expected = json.loads((FOLDER / version / "expected.json").read_text())
    frames = read_frames(version)
    assert len(expected) == len(frames)
    return [
        Recorded(frame, entry["member"], entry["fields"])
        for frame, entry in zip(frames, expected, strict=True)
    ]


def generation_of_release(version: str) -> Generation:
    """Return the wire generation that a release speaks."""
    return 2 if version in ("2.7.0", "2.8.0", "2.9.0") else 1
