"""Checks of the chapter one_sidedness."""
