"""Decode recorded frames with the library of the release that sent them, and print every field as JSON.

Run by the Python of an environment that holds opengris-scaler: `decode_with_release.py FRAMES`. Needs nothing
of ours. One frame a line: the member's name and its fields under the names of that release's own schema.
Bytes are written as the text that they are in Latin-1, enumerations as their names.
"""

import ast
import enum
import json
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def frames(path: str) -> Iterator[bytes]:
    """The frames of a file, in order."""
    with Path(path).open("rb") as file:
        while header := file.read(8):
            yield file.read(struct.unpack("<Q", header)[0])


def plain(value: Any, fields_of: Callable[[Any], list[str] | None]) -> Any:
    """Return `value` as JSON can hold it; `fields_of` names the fields of a struct, None for no struct."""
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("latin-1")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {key: plain(item, fields_of) for key, item in value.items()}
    fields = fields_of(value)
    if fields is not None:
        return {field: plain(getattr(value, field), fields_of) for field in fields}
    return [plain(item, fields_of) for item in value]


def decode_with_pycapnp(frame: bytes) -> tuple[str, Any]:
    """Releases 1.x bring schema files and read them with pycapnp."""
    from scaler.protocol.capnp._python import _message

    with _message.Message.from_bytes(frame, traversal_limit_in_words=2**48) as message:
        member = str(message.which())
        return member, plain(getattr(message, member).to_dict(verbose=True), lambda _value: None)


def declared_fields() -> dict[str, list[list[str]]]:
    """The fields of the structs of each name, as the release's own stubs declare them."""
    import scaler.protocol

    found: dict[str, list[list[str]]] = {}
    stubs = ast.parse(Path(scaler.protocol.__file__).with_name("capnp.pyi").read_text())
    for item in ast.walk(stubs):
        if isinstance(item, ast.ClassDef):
            declared = [part.target for part in item.body if isinstance(part, ast.AnnAssign)]
            fields = [target.id for target in declared if isinstance(target, ast.Name)]
            found.setdefault(item.name, []).append(fields)
    return found


def decode_natively(frame: bytes, declared: dict[str, list[list[str]]]) -> tuple[str, Any]:
    """Releases from 2.0 on bring a native module."""
    from scaler.protocol.capnp import Message

    message = Message.from_bytes(frame, traversal_limit_in_words=2**48)
    member = message.which()
    member = getattr(member, "name", member)

    def fields_of(value: Any) -> list[str] | None:
        for fields in declared.get(type(value).__name__, ()):
            if all(hasattr(value, field) for field in fields):
                return fields
        return None

    return member, plain(getattr(message, member), fields_of)


def main(path: str) -> None:
    """Print a line of JSON a frame, as one list."""
    try:
        import scaler.protocol.capnp._python  # noqa: F401
    except ImportError:
        declared = declared_fields()
        decoded = [decode_natively(frame, declared) for frame in frames(path)]
    else:
        decoded = [decode_with_pycapnp(frame) for frame in frames(path)]
    lines = [json.dumps({"member": member, "fields": fields}) for member, fields in decoded]
    print("[\n" + ",\n".join(lines) + "\n]")


main(sys.argv[1])
