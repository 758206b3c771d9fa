"""What is raised for a frame that cannot be an event."""

from __future__ import annotations


class MalformedFrame(ValueError):
    """A frame that is broken, or holds no message that a monitor knows. `str()` is a one-line reason."""
