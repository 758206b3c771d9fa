"""A terminal monitor for OpenGRIS Scaler clusters: `scaler_top` and `scaler_gui` in one program."""

__version__ = "0.1.0"
