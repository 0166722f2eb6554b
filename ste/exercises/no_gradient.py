"""Checks of the chapter no_gradient."""
