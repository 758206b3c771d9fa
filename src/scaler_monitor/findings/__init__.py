"""What is wrong, and where: rules over the model, and the findings that they add up to."""
