"""Keyframes: a compact serialization of the state; `keyframe.py` lists what it contains."""
