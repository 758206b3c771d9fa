"""The top view: scheduler, totals and workers on one screen, as in upstream's scaler_top."""
