"""The top view: scheduler, totals and workers on one screen."""
