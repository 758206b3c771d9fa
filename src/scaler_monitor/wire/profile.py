"""The profile that a finished task carries as metadata."""

from __future__ import annotations

from struct import Struct as Packing

from scaler_monitor.wire.event import Profile

_PROFILE = Packing("!fQf")


def read_profile(metadata: bytes) -> Profile | None:
    """Return the ProfileResult in `metadata`; None for another length or for times that are no times."""
    if len(metadata) != 16:
        return None
    seconds, grown, cpu_seconds = _PROFILE.unpack(metadata)
    if 0.0 <= seconds < 1e30 and 0.0 <= cpu_seconds < 1e30:
        return Profile(seconds, grown, cpu_seconds)
    return None
