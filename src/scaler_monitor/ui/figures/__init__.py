"""Charts, histograms and the task stream: lines of styled text, and widgets that show them."""
