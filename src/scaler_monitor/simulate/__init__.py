"""A synthetic scheduler with the real wire format, for tests and measurements of large clusters."""
