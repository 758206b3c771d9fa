"""The machine and the process: interpreters, folders, files, logs, limits, deadlines."""
