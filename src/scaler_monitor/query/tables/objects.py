"""Reads the table of the biggest objects; reports list no others."""

from __future__ import annotations

from scaler_monitor.query.entity_reader import entity_reader
from scaler_monitor.query.scope_rules import client_of_object

READER = entity_reader(
    "objects",
    lambda cluster: cluster.objects.biggest or (),
    lambda detail: detail.object_id.hex(),
    values=lambda *_: {"object": lambda detail: detail.object_id.hex()},
    scope_rules={"object": client_of_object},
)
