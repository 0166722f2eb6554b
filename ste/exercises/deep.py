"""Checks of the chapter deep networks."""

from ste.exercises.questions import Question

QUESTIONS: dict[str, Question] = {}
