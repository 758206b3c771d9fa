"""Exports the state of a cluster: as a JSON document and as text."""
