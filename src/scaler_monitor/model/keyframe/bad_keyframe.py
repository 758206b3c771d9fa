"""What is raised for bytes that no state can be made of."""

from __future__ import annotations


class BadKeyframe(Exception):
    """A keyframe is damaged, of another version, or too large; the message says which."""
