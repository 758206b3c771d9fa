"""What each worker did when: spans of tasks, folded into cells where they are many, as bars for a screen."""
