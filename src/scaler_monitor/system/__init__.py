"""What is started, made and written on this machine: interpreters, folders and files."""
