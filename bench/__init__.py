"""Benchmarks of scaler-monitor and upstream's tools, on the same stream."""
