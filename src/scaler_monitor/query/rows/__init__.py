"""Rows of a table at one moment, and what the values in them are made of."""
