"""Where the fields of a struct lie on the wire, and with which release each came: as the schema says."""

from __future__ import annotations

from struct import Struct as Packing
from typing import Any, NamedTuple

Shape = tuple[int, int]
"""Words of a struct's data and of its pointers: they tell which fields it has."""

NOTHING: Shape = (0, 0)

_BITS = {
    "bool": 1,
    **{f"{sign}int{bits}": bits for sign in ("", "u") for bits in (8, 16, 32, 64)},
    "enum": 16,
}
_CODES = {"uint8": "B", "uint16": "H", "uint32": "I", "uint64": "Q", "int64": "q", "enum": "H"}


class Field(NamedTuple):
    """One field of a struct."""

    kind: str
    """Its type as Cap'n Proto names it: `uint32`, `bool`, `enum`, `data`, `struct`, ..."""
    at: int
    """Where it lies: a number counted in its own width, a bool in bits, all else as index of its pointer."""
    needs: Shape
    """The least struct of a release that has the field."""


class Layout:
    """The fields of one struct by their names in the schema.

    Fields are appended only, so one lies at the same place in every larger struct. A field that came later
    may lie in room that was always there: what a struct has is told by the release that it is large enough
    for, which the schema says with `$since`.
    """

    def __init__(self, schema: Any) -> None:
        """`schema` is pycapnp's schema of the struct.

        Raises ValueError where all that a release brought fits into a struct of the release before.
        """
        self.fields: dict[str, Field] = {}
        self.inner: dict[str, Layout] = {}
        """Of the fields that are structs or lists of structs: the layouts of these."""
        slots = sorted(schema.fields.items(), key=lambda item: item[1].proto.ordinal.explicit)
        ends: dict[str, Shape] = {"": NOTHING}
        end = NOTHING
        for _, field in slots:
            end = _enlarged(end, field.proto.slot)
            ends[_since(field)] = end
        if len(set(ends.values())) < len(ends):
            raise ValueError(
                f"{schema.node.displayName}: {', '.join(filter(None, ends))}: told by no size of its own"
            )
        for name, field in slots:
            slot = field.proto.slot
            kind = slot.type.which()
            self.fields[name] = Field(kind, slot.offset, ends[_since(field)])
            if kind == "struct":
                self.inner[name] = Layout(field.schema)
            elif kind == "list" and slot.type.list.elementType.which() == "struct":
                self.inner[name] = Layout(field.schema.elementType)
        self.least = ends[""]
        """The shape in the first release that has the struct."""
        self.whole = end
        """The shape in the last release that is known."""
        self.shapes = frozenset(ends.values())
        """The shapes in all releases that are known."""

    def has(self, field: str, shape: Shape) -> bool:
        """Tell whether a struct of that shape has a field."""
        found = self.fields.get(field)
        return found is not None and has_fields(shape, *found.needs)

    def pointer(self, field: str) -> int:
        """Return the index of a field's pointer. Raises KeyError."""
        return self.fields[field].at

    def packing(self, *fields: str) -> Packing:
        """Return what unpacks number fields from where the data begins; they are named in their order."""
        code, at = "<", 0
        for field in fields:
            kind, offset, _ = self.fields[field]
            width = _BITS[kind] // 8
            code += f"{offset * width - at}x{_CODES[kind]}"
            at = (offset + 1) * width
        return Packing(code)


def has_fields(shape: Shape, data_words: int, pointers: int) -> bool:
    """Tell whether a struct has at least so many data words and so many pointers."""
    return shape[0] >= data_words and shape[1] >= pointers


def _since(field: Any) -> str:
    """Return the release that brought a field; empty for one that the struct had from the first."""
    return next((str(each.value.text) for each in field.proto.annotations), "")


def _enlarged(shape: Shape, slot: Any) -> Shape:
    """Return the shape of a struct that has one field more."""
    bits = _BITS.get(slot.type.which())
    if bits is None:
        return shape[0], max(shape[1], slot.offset + 1)
    return max(shape[0], (slot.offset * bits) // 64 + 1), shape[1]
