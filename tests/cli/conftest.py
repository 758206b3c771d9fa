"""Publishers of the real library, in addition to the clusters that all tests share."""

from tests.transport.conftest import certificate, publish, reporting
from tests.watched import watch

__all__ = ["certificate", "publish", "reporting", "watch"]
