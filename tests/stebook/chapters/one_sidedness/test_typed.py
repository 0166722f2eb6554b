"""The box for typed proxies: it says what the functions say, and refuses with a sentence."""

import pytest

import ste
from ste.one_sidedness import residuals
from ste.zoo.typed import proxy
from stebook.chapters.one_sidedness.typed import START, TEACHER, answer, box, findings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x > 0", "It passes"),
        ("0 < x < 1", "It stays in spurious minima"),
        ("where(x > 0, 1, 0.2)", "it cycles every 16.6 steps"),
        ("exp(-x**2)", "leaves that minimum"),
        ("exp(-(x + 2)**2) * (x < -1)", "not covered by the theory"),
        ("(x < -1) * exp(x) + (x > 0)", "flat just left of 0"),
        ("where(x > 0, 1, -2)", "It is negative somewhere"),
        ("where(x > 0, 1, -2)", "not covered by the theory"),
        ("0 * x", "It is zero everywhere"),
    ],
)
def test_findings(text, said):
    assert said in " ".join(findings(proxy(text)))


def test_the_numbers_are_those_of_the_criterion():
    left = residuals(TEACHER, ste.leaky_relu(0.2))
    said = " ".join(findings(ste.leaky_relu(0.2)))
    assert f"leaves {left.spurious:.4f}" in said and f"{left.saddle:.4f} at the saddle" in said


@pytest.mark.parametrize("text", ["x.real", "", "1/x", "<b>x</b>", "__import__('os')"])
def test_a_bad_formula_is_answered_with_what_is_wrong(text):
    said = answer(text)
    assert "That is no proxy yet." in said
    assert "<b>" not in said and said.count("<p>") == 1


def test_the_box_answers_what_is_typed():
    shown = box()
    field, said = shown.children
    assert field.value == START and said.value == answer(START)
    field.value = "x > 0"
    assert said.value == answer("x > 0")
    field.value = "import os"
    assert "no proxy yet" in said.value
