"""`scaler-monitor doctor`: what this program runs in, and what answers at an address."""
