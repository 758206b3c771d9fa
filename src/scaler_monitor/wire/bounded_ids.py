"""Ids of tasks and objects: opaque bytes of limited size."""

from __future__ import annotations

from hashlib import blake2s

from scaler_monitor.wire.frame_limits import ID_BYTES

_DIGEST_BYTES = 16


class BoundedIds:
    """Called with an id, returns it.

    An id over ID_BYTES is truncated and ends with a digest of the whole id.
    """

    def __init__(self) -> None:
        self.cut = 0
        """Number of ids truncated so far."""

    def __call__(self, raw: bytes) -> bytes:
        if len(raw) <= ID_BYTES:
            return raw
        self.cut += 1
        return raw[: ID_BYTES - _DIGEST_BYTES] + blake2s(raw, digest_size=_DIGEST_BYTES).digest()
