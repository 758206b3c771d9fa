"""The activity of workers over time: spans of tasks, aggregated in slices, drawn as bars."""
