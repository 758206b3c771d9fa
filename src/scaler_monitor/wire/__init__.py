"""What comes off the network: addresses, transports, Cap'n Proto frames, and the events they become."""
