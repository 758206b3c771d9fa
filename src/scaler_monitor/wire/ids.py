"""Ids of tasks and objects: opaque bytes of bounded size."""

from __future__ import annotations

from hashlib import blake2s

from scaler_monitor.wire.limits import ID_BYTES

_DIGEST_BYTES = 16


def bounded_id(raw: bytes) -> bytes:
    """Return an id; one of more than ID_BYTES is cut, and ends in a digest of the whole."""
    if len(raw) <= ID_BYTES:
        return raw
    return raw[: ID_BYTES - _DIGEST_BYTES] + blake2s(raw, digest_size=_DIGEST_BYTES).digest()
