"""The demo: a real local cluster in a separate Python environment, with a varied workload."""
