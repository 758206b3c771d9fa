"""What rules need of the last minutes and the model does not keep; each part is bounded."""
