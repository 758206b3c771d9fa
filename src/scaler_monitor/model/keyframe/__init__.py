"""Keyframes: a state as a few bytes, from which it is made again; what is in one is said in `keyframe.py`."""
