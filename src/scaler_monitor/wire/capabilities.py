"""Capabilities of a task or a worker, as a release lists them."""

from __future__ import annotations

from collections.abc import Iterable

from scaler_monitor.wire.event import Capability


def read_capabilities(pairs: Iterable[tuple[str, int]]) -> tuple[Capability, ...] | None:
    """Return the capabilities; None where the list is filled wrongly (2.0.20: names are empty)."""
    found = tuple(Capability(name, value) for name, value in pairs)
    return found if all(capability.name for capability in found) else None
