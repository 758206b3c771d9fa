"""The cluster of the scenario, built once per file."""

from __future__ import annotations

import pytest
from tests.scenario import BuiltCluster, build_cluster


@pytest.fixture(scope="module")
def world() -> BuiltCluster:
    """The cluster, the status of its feed, and the time in unix seconds."""
    return build_cluster()
