"""The biggest objects; reports list no others. `field` is an attribute of `model.objects.BigObject`."""

from __future__ import annotations

from scaler_monitor.protocol import shared_columns as shared
from scaler_monitor.protocol.table_spec import ColumnSpec, PagePart, TableSpec, TabSpec

TABLE = TableSpec(
    "objects",
    "Objects",
    "object",
    place=10,
    tab=TabSpec("Objects", "Objs"),
    entity="object",
    columns=(
        ColumnSpec(
            "object",
            "object",
            "object_id",
            10,
            "Object's own tag; the half of its id before it is the client's",
            names="object",
            json="id",
        ),
        ColumnSpec("name", "name", "text", 20, "Name that the client gave it", grow=3, json="name"),
        ColumnSpec("type", "type", "text", 10, "Serializer or object", rank=1, field="kind", json="type"),
        ColumnSpec(
            "size", "size", "bytes", 6, "Bytes it holds in the store", field="size_bytes", json="size_bytes"
        ),
        shared.count("tasks", "Tasks that hold it", 7),
        shared.client("Client that made it", 18, field="creator"),
    ),
    sort="size",
    page=(
        PagePart("tasks", "calling it", "none: it is no function, or no task that calls it was seen"),
        PagePart("clients", "owning it"),
        PagePart("objects", "of the same client, among the biggest"),
    ),
    scopes=("object",),
    empty="no object listed yet; releases before 2.9 list none",
    notes=("tasks: that hold it now",),
    json="objects",
    json_order=("id", "name", "type", "size_bytes", "tasks", "client"),
)
