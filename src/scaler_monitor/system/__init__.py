"""This machine and this process: interpreters, folders, files, limits, deadlines."""
