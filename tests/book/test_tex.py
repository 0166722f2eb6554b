"""Formulas are cut into symbols as a reader would."""

import pytest

from stebook.build.tex import formulas_in, name_of, normal, symbols_in

NAMES = {
    name_of(tex)
    for tex in (
        *("v", "w", "v^*", "w^*", "v(c)", "c", "i", "j", "s_v", "f", "x", "e", "I"),
        *(r"\mu", r"\mu'", "A_-", "B_x", r"\sigma", r"\theta", r"\theta_0", r"\partial", "v^0"),
        *(
            r"\mathbb{E}",
            r"\mathbf{1}",
            r"\mathrm{e}",
            r"\mathrm{d}",
            r"\bar g",
            "C_v",
            r"f_{\min}",
        ),
        *(r"\sigma_\alpha", r"\alpha", "s_{v^0}", "t", "Z_i", "Z", r"\pi"),
    )
}


@pytest.mark.parametrize(
    ("tex", "names"),
    [
        ("v^* w^2", ["v^*", "w"]),
        (r"v^{*\top} w^\top", ["v^*", "w"]),
        (r"v^\star v^{\ast 2}", ["v^*", "v^*"]),
        ("v_i^* v^*_i", ["v^*", "i", "v^*", "i"]),
        ("v_{i,j}", ["v", "i", "j"]),
        (r"\mu'(x)\mu'^2", [r"\mu'", "x", r"\mu'"]),
        (r"\mu''", [r"\mu'"]),
        ("A_-^2 B_x", ["A_-", "B_x"]),
        ("v(c) + v(x)", ["v(c)", "c", "v", "x"]),
        ("v(c, x)", ["v", "c", "x"]),
        (r"\mathbb E[\bar g] \mathbf 1^\top", [r"\mathbb{E}", r"\bar{g}", r"\mathbf{1}"]),
        (r"\frac{\partial f}{\partial v}", [r"\partial", "f", r"\partial", "v"]),
        (r"\mathrm{e}^{-x^2} \mathrm{d}x", [r"\mathrm{e}", "x", r"\mathrm{d}", "x"]),
        (r"\theta_0 \sigma_\alpha \sigma_{\alpha}(x)", [r"\theta_0", *[r"\sigma_\alpha"] * 2, "x"]),
        ("C_{v}^2", ["C_v"]),
        ("f_{\\min}", ["f_\\min"]),
        ("s_{v^0} s_v^2", ["s_{v^0}", "s_v"]),
        ("Z_i^\\top w", ["Z_i", "w"]),
        (r"\text{of a row} \operatorname{tr} v", ["v"]),
        (r"\begin{aligned} v &= w \\ &= x \end{aligned}", ["v", "w", "x"]),
        (r"\left| v \right| \cos\theta", ["v", r"\theta"]),
        (r"\sqrt{v_i}", ["v", "i"]),
        (r"2\pi", [r"\pi"]),
        ("", []),
    ],
)
def test_symbols_of_a_formula(tex, names):
    assert [symbol.name for symbol in symbols_in(tex, NAMES)] == names


def test_what_is_not_known_keeps_what_only_a_name_can_have():
    assert [s.name for s in symbols_in("q^* + q_0 + q^2 + q_i + q'", {"i"})] == [
        *("q^*", "q_0", "q", "q", "i", "q'"),
    ]


def test_a_symbol_knows_its_place_with_all_its_scripts():
    tex = r"\tfrac12 v^{*\top} w_i"
    places = [tex[symbol.start : symbol.end] for symbol in symbols_in(tex, NAMES)]
    assert places == [r"v^{*\top}", "w_i", "i"]


@pytest.mark.parametrize("tex", ["{v", r"\bar", "v_", r"\frac{v}{w", r"\mathbb"])
def test_a_formula_that_ends_early_is_refused(tex):
    with pytest.raises(ValueError, match="tex: "):
        symbols_in(tex, NAMES)
        normal(tex)


@pytest.mark.parametrize("tex", ["v w", "v = w", "v(c) w", "2"])
def test_one_symbol_is_one(tex):
    with pytest.raises(ValueError, match=r"expected one symbol"):
        name_of(tex)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"v^\star", "v^*"),
        (r"\bar g", r"\bar{g}"),
        ("C_{v}", "C_v"),
        (r"\mathbb  E", r"\mathbb{E}"),
        (r"f_{\min}", r"f_\min"),
        (r"\mathcal{N}(0, 1)", r"\mathcal N(0,1)"),
    ],
)
def test_two_spellings_of_the_same(one, other):
    assert normal(one) == normal(other)


def test_spellings_that_differ_stay_apart():
    assert len({normal(tex) for tex in ("v^*", "v", r"\bar v", "v_0", "v'", r"\mathbf v")}) == 6


def test_formulas_of_a_text_and_not_of_its_code():
    text = "A $v$,\n`$w$`, \\$x\\$ and\n\n$$\ny\n$$\n\n```{code-cell}\n$z$\n```\n\nthen $u$."
    assert [tex.strip() for _, tex in formulas_in(text)] == ["v", "y", "u"]
    assert all(text[place:].startswith(tex) for place, tex in formulas_in(text))
