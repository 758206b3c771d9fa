"""The exception for invalid keyframes."""

from __future__ import annotations


class BadKeyframe(Exception):
    """A keyframe is damaged, of another version, or too large; the message tells which."""
