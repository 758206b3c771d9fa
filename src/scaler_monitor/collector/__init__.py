"""The collector process: it reads from the scheduler, updates the model, and answers viewers."""
