"""How an equation of a derivation is typeset: the book's constants, lines kept short."""

import re

from sympy import Add, Basic, Eq, Integral, Mul, Pow, Symbol, erf, pi, preorder_traversal, sqrt
from sympy.printing.latex import LatexPrinter

from ste.symbolic.steps import symbols as sym

#: A line longer than this many glyphs is broken; about 16 pixels each, it fits a phone's width.
GLYPHS = 21

# sympy stores 1/sqrt(2 pi) as sqrt(2)/(2 sqrt(pi)) and 1/sqrt(2) as sqrt(2)/2; these stand for the
# roots when an expression is printed.
_ROOT_2PI = Symbol(r"\sqrt{2 \pi}", positive=True)
_ROOT_2PI_CUBED = Symbol(r"(2 \pi)^{3/2}", positive=True)
_ROOT_2 = Symbol(r"\sqrt{2}", positive=True)
_ODD_POWERS = {1: _ROOT_2PI, 3: _ROOT_2PI_CUBED}

# sympy sorts the factors of a product by name; stand-ins with other names sort as the book does.
_STAND_INS = {
    symbol: Symbol(f"{place}{symbol.name}", **symbol.assumptions0)
    for place, symbols in (
        ("0", (_ROOT_2, _ROOT_2PI, _ROOT_2PI_CUBED)),
        ("z", (sym.a_plus, sym.a_minus, sym.b_x, sym.b_y)),
        ("zz", (sym.cot_theta, sym.sin_theta)),
    )
    for symbol in symbols
}
_STAND_INS_BACK = {stand_in: symbol.name for symbol, stand_in in _STAND_INS.items()}

# Factors that are printed after the others, in this order.
_BULKY = (sym.phi, sym.Phi, erf, Integral)


class _Printer(LatexPrinter):
    """sympy's printer with the book's habits: terms in the order given, few brackets."""

    def __init__(self):
        super().__init__({"symbol_names": _STAND_INS_BACK, "diff_operator": "rd"})

    def _as_ordered_terms(self, expr, order=None):
        """Keep the order given, but do not start with a minus sign if that can be helped."""
        terms = list(expr.args)
        first = next((t for t in terms if not t.could_extract_minus_sign()), terms[0])
        return [first, *(term for term in terms if term is not first)]

    def _print_Symbol(self, expr, style="plain"):
        name = self._settings["symbol_names"].get(expr, expr.name)
        return name if "\\" in name else super()._print_Symbol(expr, style)

    def _print_Indexed(self, expr):
        return f"{expr.base.label}_{{{''.join(str(index) for index in expr.indices)}}}"

    def _print_Mul(self, expr):
        """Print bulky factors after the others, not inside a fraction."""
        bulky = [factor for kind in _BULKY for factor in expr.args if isinstance(factor, kind)]
        rest = Mul(*(factor for factor in expr.args if factor not in bulky))
        if not bulky or rest.is_Add:
            return super()._print_Mul(expr)
        leading = {1: "", -1: "-"}.get(rest) if rest.is_Integer else None
        leading = self._print(rest) if leading is None else leading
        return " ".join([leading, *(self._print(factor) for factor in bulky)]).strip()

    def _print_And(self, expr):
        for below in expr.args:
            for above in expr.args:
                if below.gts == above.lts:
                    chain = (below.lts, below.gts, above.gts)
                    return " < ".join(self._print(part) for part in chain)
        return super()._print_And(expr)

    def _print_atan2(self, expr, exp=None):
        opposite, adjacent = (self._print(argument) for argument in expr.args)
        return rf"\operatorname{{atan2}}({opposite}, {adjacent})"

    def _print_ExpBase(self, expr, exp=None):
        """Print the number e upright: slanted it is a unit vector."""
        power = f"\\mathrm{{e}}^{{{self._print(expr.exp)}}}"
        return power if exp is None else rf"\left({power}\right)^{{{exp}}}"

    def _print_sin(self, expr, exp=None):
        return self._trigonometric(r"\sin", expr.args[0], exp)

    def _print_cos(self, expr, exp=None):
        return self._trigonometric(r"\cos", expr.args[0], exp)

    def _trigonometric(self, name, argument, exponent):
        power = "" if exponent is None else f"^{{{exponent}}}"
        inside = self._print(argument)
        if not argument.is_Symbol:
            inside = rf"{{\left({inside}\right)}}"
        return f"{name}{power}{inside}"


def _for_print(expression: Basic) -> Basic:
    """Write odd powers of sqrt(pi) as powers of sqrt(2 pi) and sqrt(2)/2 as 1/sqrt(2)."""
    if isinstance(expression, Add):
        return Add(*(_for_print(term) for term in expression.args), evaluate=False)
    replacement = {}
    for node in preorder_traversal(expression):
        if isinstance(node, Pow) and node.base == pi and node.exp.is_Rational and node.exp.q == 2:
            size = abs(node.exp.p)
            if size in _ODD_POWERS:
                value = _ODD_POWERS[size] / sqrt(2) ** size
                replacement[node] = value if node.exp > 0 else 1 / value
    rooted = expression.xreplace(replacement).replace(_halves_a_root, _invert_root)
    return rooted.xreplace(_STAND_INS)


def _halves_a_root(node: Basic) -> bool:
    return (
        isinstance(node, Mul)
        and sqrt(2) in node.args
        and node.args[0].is_Rational
        and node.args[0].q % 2 == 0
    )


def _invert_root(node: Mul) -> Basic:
    return node * sqrt(2) / _ROOT_2


def latex(expression: Basic) -> str:
    r"""LaTeX of an expression, ``sqrt(2 pi)`` written as one root.

    Examples
    --------
    >>> from sympy import pi, sqrt
    >>> latex(1 / sqrt(2 * pi))
    '\\frac{1}{\\sqrt{2 \\pi}}'
    """
    return _Printer().doprint(_for_print(expression))


def glyphs(tex: str) -> int:
    r"""Roughly how many characters wide a formula is; a fraction counts its longer part.

    Examples
    --------
    >>> glyphs(r"\frac{\theta + 1}{2} + 1")
    5
    """
    tex = tex.replace(r"\\", "@").replace(r"\quad", "")
    tex = re.sub(r"\\(begin|end)\{[a-z]+\}(\{[^{}]*\})?|\\text\{([^{}]*)\}", r"\3", tex)
    tex = re.sub(r"\\(left|right|limits|operatorname|math[a-z]+|[,;:! ])", "", tex)
    tex = re.sub(r"\\(?!frac|tfrac)([A-Za-z]+|[^A-Za-z])", "x", tex)
    tex = re.sub(r"[\s^_]|&", "", tex)
    before = None
    while before != tex:
        before = tex
        tex = re.sub(
            r"\\t?frac\{([^{}]*)\}\{([^{}]*)\}",
            lambda match: max(match.groups(), key=len),
            tex,
        )
        tex = re.sub(r"(?<!frac)(?<!\})\{([^{}]*)\}", r"\1", tex)
    return max(len(row) for row in re.sub(r"[{}]", "", tex).split("@"))


def _rows(expression: Basic, lead: str) -> list[str]:
    """LaTeX of an expression after `lead`, a long sum broken before a plus or minus sign."""
    printer = _Printer()
    if not isinstance(expression, Add):
        return [lead + printer.doprint(expression)]
    terms = [printer.doprint(term) for term in printer._as_ordered_terms(expression)]
    rows, row = [], lead + terms[0]
    for term in terms[1:]:
        signed = term if term.startswith("-") else f"+ {term}"
        if glyphs(row) + glyphs(signed) > GLYPHS:
            rows.append(row)
            row = signed
        else:
            row = f"{row} {signed}"
    return [*rows, row]


def display(equation: Basic) -> str:
    r"""LaTeX of an equation for a display; one that is too wide goes over several aligned lines.

    Examples
    --------
    >>> from sympy import Eq, symbols
    >>> display(Eq(symbols("f"), symbols("x") + 1, evaluate=False))
    'f = 1 + x'
    """
    if not isinstance(equation, Eq):
        return latex(equation)
    left, right = _for_print(equation.lhs), _for_print(equation.rhs)
    printer = _Printer()
    whole = f"{printer.doprint(left)} = {printer.doprint(right)}"
    if glyphs(whole) <= GLYPHS:
        return whole
    rows = [*_rows(left, ""), *_rows(right, "= ")]
    if glyphs(rows[0]) + glyphs(rows[1]) <= GLYPHS:
        rows[:2] = [f"{rows[0]} {rows[1]}"]
    return "\\begin{aligned}& " + " \\\\ & \\quad ".join(rows) + "\\end{aligned}"
