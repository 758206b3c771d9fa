"""The network side: addresses, transports, and decoding of Cap'n Proto frames into events."""
