"""The model as rows, pages and documents: the one source for screens, JSON and text."""
