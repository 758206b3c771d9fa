"""`scaler-monitor doctor`: a report about the program's environment and about a scheduler's address."""
