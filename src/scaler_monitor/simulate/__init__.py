"""A synthetic scheduler that speaks the real wire, for trying and measuring big fleets."""
