"""The checks of `ste.exercises.one_sidedness`."""

RIGHT = []

WRONG = []
