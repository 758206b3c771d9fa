"""What a viewer may ask, what comes back, every table with its columns. No model, no numpy, no widgets."""
