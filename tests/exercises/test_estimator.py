"""The checks of `ste.exercises.estimator`."""

RIGHT = []

WRONG = []
