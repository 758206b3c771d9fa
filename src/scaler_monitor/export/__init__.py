"""The state of a cluster in formats that others read: one JSON document, one text."""
