"""Checks of the chapter estimator."""
