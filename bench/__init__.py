"""Measurements of scaler-monitor beside upstream's own tools, on the same stream."""
