"""The box for typed proxies: it says what the functions say, and refuses with a sentence."""

import html
import re
from decimal import InvalidOperation

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SETTINGS

import ste
from ste.one_sidedness import residuals
from ste.zoo.typed import proxy
from stebook.chapters.one_sidedness import typed
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


NUMBERS = ("0", "1", "pi", "0.5", "1e308", "1e155", "1e100", "1e16", "1e-308", "5e-324", "2_0")
OPERATORS = ("+", "-", "*", "/", "**", "<", "<=", ">", ">=")
FUNCTIONS = {"exp": 1, "tanh": 1, "abs": 1, "sqrt": 1, "log": 1, "max": 2, "min": 2, "where": 3}


def larger(parts):
    calls = [
        st.tuples(*[parts] * count).map(lambda inside, name=name: f"{name}({', '.join(inside)})")
        for name, count in FUNCTIONS.items()
    ]
    pairs = st.tuples(parts, st.sampled_from(OPERATORS), parts)
    return st.one_of(
        pairs.map(lambda three: f"({' '.join(three)})"), parts.map("-{}".format), *calls
    )


formulas = st.recursive(st.sampled_from(("x", "x", "x", *NUMBERS)), larger, max_leaves=8)
characters = st.text(alphabet="x01.9e+-*/<>=() ,abspi_[]{}'\"\\\0\n;:é²π\uff58\ud800\u202e")
EDGES = [
    *("1e308", "-1e308", "1e155*x", "x*1e308*1e308", "1e400", "1/1e-320", "x < 1e300", "1e-300*x"),
    *(
        "",
        " ",
        "\t\n",
        "\u3000",
        "x" * 10**6,
        "(" * 10**5,
        "9" * 200,
        "-" * 199 + "x",
        "\0",
        "\ud800",
    ),
    *(
        "μ'(x)",
        "\u0445",
        "x²",
        "\uff11",
        "\u202ex",
        "<script>",
        "&lt;",
        "x\nx",
        "x # y",
        "0x10",
        "1_000",
    ),
]


def box_answers(text):
    """Type a text into a box that shows the finding of another formula."""
    field, said = box("x > 0").children
    before = said.value
    field.value = text
    assert said.value == answer(text)
    assert re.fullmatch(r"(<p>[^<]+</p>)+", said.value)
    assert "nan" not in said.value and "unknown" not in said.value
    assert not re.search(r"\b(rho|theta)\b", said.value)
    assert said.value != before or "(x > 0" in text or findings(proxy(text)) == findings(ste.RELU)


@pytest.mark.parametrize("text", EDGES, ids=range(len(EDGES)))
def test_the_box_answers_every_input_and_keeps_nothing_of_the_one_before(text):
    box_answers(text)


@settings(SETTINGS, max_examples=300)
@given(st.one_of(formulas, formulas, characters, st.text()))
def test_the_box_answers_whatever_is_typed(text):
    box_answers(text)


def test_a_finding_that_fails_leaves_none_of_another_formula(monkeypatch):
    field, said = box("x > 0").children

    def interrupted(text):
        raise KeyboardInterrupt

    monkeypatch.setattr(typed, "answer", interrupted)
    with pytest.raises(KeyboardInterrupt):
        field.value = "x < 0"
    assert said.value == ""


@pytest.mark.parametrize("error", [OverflowError, FloatingPointError, InvalidOperation])
def test_numbers_too_large_to_compute_with_are_named(error, monkeypatch):
    def findings(estimator):
        raise error

    monkeypatch.setattr(typed, "findings", findings)
    assert "expected moderate numbers, got some too large" in answer("x > 0")


@pytest.mark.parametrize("text", ["1 +", "2x", "x = 1", "(x", "1and 2"])
def test_what_is_no_formula_is_quoted_without_a_file_and_a_line(text):
    said = html.unescape(answer(text))
    assert repr(text) in said
    assert "line" not in said and "<unknown>" not in said
