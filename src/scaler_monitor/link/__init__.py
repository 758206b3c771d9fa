"""The link of a viewer to a collector: one question, one answer, over ZeroMQ or in-process."""
