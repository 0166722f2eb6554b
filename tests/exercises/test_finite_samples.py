"""The checks of `ste.exercises.finite_samples`."""

RIGHT = []

WRONG = []
