"""What is drawn rather than listed: lines of charts, streams and histograms, and the widgets that show them."""
