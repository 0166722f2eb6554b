"""Checks of the chapter on what frameworks do."""

from ste.exercises.questions import Question

QUESTIONS: dict[str, Question] = {}
