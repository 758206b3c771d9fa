"""The exception for a frame that cannot be decoded."""

from __future__ import annotations


class MalformedFrame(ValueError):
    """The frame is corrupt, or its message is unknown. `str()` is a one-line reason."""
