"""Work that may hang, beside the screen's loop."""

from scaler_monitor.link.beside import beside_loop as beside_screen

__all__ = ["beside_screen"]
