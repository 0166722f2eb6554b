"""The checks of `ste.exercises.paper`."""

RIGHT = []

WRONG = []
