"""What is drawn rather than listed: charts, streams and histograms, and the widgets that show them."""
