"""The program on a terminal, in front of real publishers."""

from tests.transport.conftest import certificate, publish, relay
from tests.watched import watch

__all__ = ["certificate", "publish", "relay", "watch"]
