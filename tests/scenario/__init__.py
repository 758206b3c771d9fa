"""One small cluster's few minutes, the same every time: what screens are drawn from in tests.

Three managers, a dozen workers on four hosts, two capabilities, several functions and clients, failures,
cancellations, a worker that dies near the end, one that is late and one that is close to its memory limit.
"""

from tests.scenario.cast import SECONDS, START
from tests.scenario.story import BuiltCluster, build_cluster, events, last_report, status_at

__all__ = ["SECONDS", "START", "BuiltCluster", "build_cluster", "events", "last_report", "status_at"]
