"""The layout of a struct, derived from the schema: the offset of each field, and the release that added
it.
"""

from __future__ import annotations

from struct import Struct as Packing
from typing import Any, NamedTuple

Shape = tuple[int, int]
"""Data words and pointers of a struct: they determine which fields it has."""

EMPTY_SHAPE: Shape = (0, 0)

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
    """Its offset: of a number in units of its width, of a bool in bits, else the index of its pointer."""
    needs: Shape
    """The shape of the struct in the first release that has the field."""


class Layout:
    """The fields of one struct by their names in the schema.

    Cap'n Proto only appends fields, so a field has the same offset in every larger struct. A later field may
    be in padding that always existed: which fields a struct has is determined by the newest release whose
    shape fits into it, which the schema declares with `$since`.
    """

    def __init__(self, schema: Any) -> None:
        """`schema` is pycapnp's schema of the struct.

        Raises ValueError if a release did not enlarge the struct, so that its fields cannot be detected.
        """
        self.fields: dict[str, Field] = {}
        self.inner: dict[str, Layout] = {}
        """The layouts of the fields that are structs or lists of structs."""
        slots = sorted(schema.fields.items(), key=lambda item: item[1].proto.ordinal.explicit)
        ends: dict[str, Shape] = {"": EMPTY_SHAPE}
        end = EMPTY_SHAPE
        for _, field in slots:
            end = _shape_with(end, field.proto.slot)
            ends[_since(field)] = end
        if len(set(ends.values())) < len(ends):
            raise ValueError(
                f"{schema.node.displayName}: {', '.join(filter(None, ends))}: the struct did not grow"
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
        """The shape in the newest known release."""
        self.shapes = frozenset(ends.values())
        """The shapes in all known releases."""

    def has(self, field: str, shape: Shape) -> bool:
        """Return whether a struct of that shape has a field."""
        found = self.fields.get(field)
        return found is not None and has_fields(shape, *found.needs)

    def pointer(self, field: str) -> int:
        """Return the index of a field's pointer. Raises KeyError."""
        return self.fields[field].at

    def packing(self, *fields: str) -> Packing:
        """Return a `Struct` that unpacks number fields, given in offset order, from the data section."""
        code, at = "<", 0
        for field in fields:
            kind, offset, _ = self.fields[field]
            width = _BITS[kind] // 8
            code += f"{offset * width - at}x{_CODES[kind]}"
            at = (offset + 1) * width
        return Packing(code)


def has_fields(shape: Shape, data_words: int, pointers: int) -> bool:
    """Return whether a struct has at least this number of data words and pointers."""
    return shape[0] >= data_words and shape[1] >= pointers


def _since(field: Any) -> str:
    """Return the release that added a field; "" for a field of the first release."""
    return next((str(each.value.text) for each in field.proto.annotations), "")


def _shape_with(shape: Shape, slot: Any) -> Shape:
    """Return the shape of a struct after adding one field."""
    bits = _BITS.get(slot.type.which())
    if bits is None:
        return shape[0], max(shape[1], slot.offset + 1)
    return max(shape[0], (slot.offset * bits) // 64 + 1), shape[1]
