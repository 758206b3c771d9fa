"""The process that listens: it reads always, keeps the model, and answers viewers."""
