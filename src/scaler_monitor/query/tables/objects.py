"""Rows of the biggest objects, which are all that a release lists."""

from __future__ import annotations

from scaler_monitor.query.entity_reader import entity_reader
from scaler_monitor.query.members import of_object

READER = entity_reader(
    "objects",
    lambda cluster: cluster.objects.biggest or (),
    lambda detail: detail.object_id.hex(),
    values=lambda *_: {"object": lambda detail: detail.object_id.hex()},
    members={"object": of_object},
)
