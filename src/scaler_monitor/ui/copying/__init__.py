"""Copying: a row or a cell to the clipboard and a file, a whole table to a file."""
