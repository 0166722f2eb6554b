"""Checks of the chapter finite_samples."""
