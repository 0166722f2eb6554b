"""What holds for every check, for the test modules in `tests/stebook/chapters` to take.

Such a module has RIGHT, pairs (check, right answer), and WRONG, triples (check, wrong answer, words
of the hint it must get); `tests/stebook/chapters/conftest.py` hands them out one by one.
"""

import pytest


def right_answers_pass(right):
    check, answer = right
    verdict = check(answer)
    assert verdict.passed, verdict
    assert repr(verdict).startswith("Correct. ")


def known_slips_get_their_hints(wrong):
    check, answer, hint = wrong
    verdict = check(answer)
    assert not verdict
    assert hint in verdict.message
    assert repr(verdict).startswith("Not yet. ")


@pytest.mark.parametrize("nonsense", [None, "a string", [1.0, 2.0], float("nan")])
def nonsense_is_wrong_and_never_an_error(right, nonsense):
    verdict = right[0](nonsense)
    assert not verdict
    assert verdict.message
