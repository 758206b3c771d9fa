"""A real local cluster in an environment of its own, with a lively workload to look at."""
