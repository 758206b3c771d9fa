"""Charts, the task stream and histograms, and the widgets that show them."""
