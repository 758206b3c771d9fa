"""The program on a terminal."""

from tests.watched import watch

__all__ = ["watch"]
