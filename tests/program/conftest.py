"""The program on a terminal, and a real publisher for it to watch."""

from tests.transport.conftest import reporting
from tests.watched import watch

__all__ = ["reporting", "watch"]
