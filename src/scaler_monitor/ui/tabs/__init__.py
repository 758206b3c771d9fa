"""The panes of tabs and of entity pages; `registry` maps names to classes."""
