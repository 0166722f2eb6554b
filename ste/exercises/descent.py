"""Checks of the chapter descent."""
