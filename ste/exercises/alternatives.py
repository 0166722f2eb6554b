"""Checks of the chapter other ways through a hard threshold."""

from ste.exercises.questions import Question

QUESTIONS: dict[str, Question] = {}
