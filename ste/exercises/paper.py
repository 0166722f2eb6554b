"""Checks of the chapter paper."""
