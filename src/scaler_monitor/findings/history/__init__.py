"""History of the last minutes that rules need and the model does not keep; each part is bounded."""
