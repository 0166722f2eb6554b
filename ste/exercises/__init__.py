"""Checks for the exercises of the book, a module for each chapter, and its questions.

Each ``check_*`` takes the reader's answer and returns a `Verdict`: true or false, with a sentence.
A wrong answer that people are known to give gets a hint of its own; any other wrong answer is told
where it differs. An answer of the wrong kind (a string for a number) is a wrong answer too and
never an error. `ask` shows a question to commit to before the page goes on.
"""

from importlib import import_module

from ste.exercises.questions import Question, ask
from ste.exercises.verdict import TEACHER, Slip, Verdict

#: The chapters in the order of reading; each has a module of that name.
CHAPTERS = (
    "index",
    "no_gradient",
    "estimator",
    "model",
    "landscape",
    "coarse_gradient",
    "correlation",
    "descent",
    "finite_samples",
    "oscillation",
    "one_sidedness",
    "paper",
    "assumptions",
    "alternatives",
    "deep",
    "frameworks",
)

__all__ = ["CHAPTERS", "TEACHER", "Question", "Slip", "Verdict", "ask"]

for _chapter in CHAPTERS:
    _module = import_module(f"ste.exercises.{_chapter}")
    for _name in vars(_module):
        if _name.startswith("check_"):
            globals()[_name] = getattr(_module, _name)
            __all__.append(_name)
