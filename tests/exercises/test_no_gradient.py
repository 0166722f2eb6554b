"""The checks of `ste.exercises.no_gradient`."""

RIGHT = []

WRONG = []
