"""The checks of `ste.exercises.descent`."""

RIGHT = []

WRONG = []
