"""How a viewer asks a collector: one question, one answer, over ZeroMQ or in-process."""
