"""Checks of the chapter when the assumptions fail."""

from ste.exercises.questions import Question

QUESTIONS: dict[str, Question] = {}
