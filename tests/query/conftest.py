"""The cluster of the scenario, built once for each file."""

from __future__ import annotations

import pytest
from tests.scenario import BuiltCluster, build_cluster


@pytest.fixture(scope="module")
def world() -> BuiltCluster:
    """The cluster, how its feed fares, and the time."""
    return build_cluster()
