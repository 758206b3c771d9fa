"""The Textual app: one app, one key map, for the top view and the tabs."""
