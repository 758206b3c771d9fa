"""The commands, their options and exit codes."""
