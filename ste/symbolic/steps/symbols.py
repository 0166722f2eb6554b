"""Every symbol of the derivations, declared once, with the name that the book prints.

The scalars that the answers are made of are sums over the second layers: ``v_norm2`` = |v|^2,
``teacher_norm2`` = |v*|^2, ``s_v`` = 1.v, ``s`` = 1.v*, ``d`` = v.v*, ``h`` = |v|^2 + s_v^2 - s_v s
+ d, and ``c`` = 1 - 2 theta/pi. The vectors ``u`` = w/|w| and ``e`` (the unit vector perpendicular
to u in the plane of w and w*, on the side of w*) are plain symbols: the derivations only take
linear combinations of them.
"""

from sympy import Function, IndexedBase, Rational, S, Symbol, erf, exp, pi, sqrt

# Scalars of the model.
f = Symbol("f")
f_min = Symbol(r"f_{\min}")
rho = Symbol(r"\rho", positive=True)
theta = Symbol(r"\theta", positive=True)
v_norm2 = Symbol(r"\lvert v\rvert^2", positive=True)
teacher_norm2 = Symbol(r"\lvert v^*\rvert^2", positive=True)
d = Symbol("d", real=True)
s = Symbol("s", real=True)
s_v = Symbol("s_v", real=True)
h = Symbol("h", real=True)

c = Symbol("c", real=True)

# What h and c stand for.
h_definition = v_norm2 + s_v**2 - s_v * s + d
c_definition = 1 - 2 * theta / pi

# Second layers entry by entry, and the counters of rows.
m = Symbol("m", integer=True, positive=True)
i = Symbol("i", integer=True, positive=True)
j = Symbol("j", integer=True, positive=True)
v_entries = IndexedBase("v")
teacher_entries = IndexedBase("v^*")

# Vectors, which only ever enter linearly; not commutative, so that they print after their
# coefficients.
u = Symbol("u", commutative=False)
e = Symbol("e", commutative=False)
w_star = Symbol("w^*", commutative=False)
v = Symbol("v", commutative=False)
v_star = Symbol("v^*", commutative=False)
ones = Symbol(r"\mathbf{1}", commutative=False)

# Coordinates of one row in the plane: Cartesian (X along u, Y along e) and polar.
X = Symbol("X", real=True)
Y = Symbol("Y", real=True)
x = Symbol("x", real=True)
y = Symbol("t", real=True)
r = Symbol("R", positive=True)
angle = Symbol(r"\varphi", real=True)

# Names of the integrals.
half_plane = Symbol("P_0", positive=True)
wedge = Symbol(r"P_\theta", positive=True)
alpha = Symbol("A", real=True)
a_plus = Symbol("A_+", real=True)
a_minus = Symbol("A_-", real=True)
b_x = Symbol("B_x", real=True)
b_y = Symbol("B_y", real=True)

# Trigonometric values kept whole inside integrals; sin(theta) is positive on (0, pi).
sin_theta = Symbol(r"\sin\theta", positive=True)
cot_theta = Symbol(r"\cot\theta", real=True)

# The right end of clipped ReLU's window in units of the row: X_1 = clip/|w|.
edge = Symbol("X_1", positive=True)


class phi(Function):
    """Standard normal density: ``exp(-x^2/2)/sqrt(2 pi)`` after ``doit()``.

    Examples
    --------
    >>> phi(x).doit()
    sqrt(2)*exp(-x**2/2)/(2*sqrt(pi))
    >>> phi(x).diff(x)
    -x*phi(x)
    """

    nargs = 1

    def fdiff(self, argindex=1):
        """Derivative with respect to the argument: ``-x phi(x)``."""
        return -self.args[0] * self

    def doit(self, **hints):
        """Write the exponential out."""
        return exp(-(self.args[0].doit(**hints) ** 2) / 2) / sqrt(2 * pi)

    def _latex(self, printer, exp=None):
        return _named(printer, r"\phi", self.args[0], exp)


class Phi(Function):
    """Standard normal distribution function: ``(1 + erf(x/sqrt 2))/2`` after ``doit()``.

    Examples
    --------
    >>> Phi(x).diff(x)
    phi(x)
    >>> Phi(0).doit()
    1/2
    """

    nargs = 1

    def fdiff(self, argindex=1):
        """Derivative with respect to the argument: the density."""
        return phi(self.args[0])

    def doit(self, **hints):
        """Write the error function out."""
        return Rational(1, 2) + erf(self.args[0].doit(**hints) / sqrt(S(2))) / 2

    def _latex(self, printer, exp=None):
        return _named(printer, r"\Phi", self.args[0], exp)


def _named(printer, name, argument, exponent):
    power = "" if exponent is None else f"^{{{exponent}}}"
    return rf"{name}{power}{{\left({printer.doprint(argument)}\right)}}"
