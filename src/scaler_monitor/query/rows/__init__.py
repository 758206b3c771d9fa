"""Rows of every table: from the model to raw values, sorted, filtered and cut to a page."""
