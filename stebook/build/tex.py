r"""The symbols in a formula: TeX cut into letters, each with what belongs to its name.

A symbol is a letter (or `\theta`, `\mathbb{E}`, `\bar g`) with the scripts behind it. Which of them
are part of its name, as in ``v^*``, ``A_-`` and ``\mu'``, and which are a power, an index or a
transpose, as in ``v^2``, ``v_i`` and ``v^\top``, is decided by the names that are known: the one
that takes in the most scripts is meant, and what it leaves out is read as a formula of its own.

What belongs here: the reading of TeX. What never does: what a symbol means, which
`stebook.build.symbols` knows.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

#: A control word, an escaped character, or one character; blanks hang on.
_TOKEN = re.compile(r"(\\[A-Za-z]+|\\.|[^\\])\s*", re.DOTALL)
_LETTER = re.compile(
    r"[A-Za-z]|\\(?:alpha|beta|gamma|delta|(?:var)?epsilon|zeta|eta|(?:var)?theta|iota|kappa|lambda"
    r"|mu|nu|xi|pi|(?:var)?rho|(?:var)?sigma|tau|upsilon|(?:var)?phi|chi|psi|omega|Gamma|Delta"
    r"|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega|ell|partial|nabla)"
)
#: Commands that make one letter of their argument.
_ACCENTS = frozenset(
    rf"\{name}"
    for name in (
        "hat",
        "bar",
        "tilde",
        "dot",
        "vec",
        "mathbb",
        "mathbf",
        "mathcal",
        "mathrm",
        "mathsf",
    )
)
#: Commands whose argument is no formula.
_OPAQUE = frozenset(
    (r"\begin", r"\end", r"\hspace", r"\label", r"\operatorname", r"\tag", r"\text")
)
#: One spelling for each of these.
_SPELLINGS = {r"\ast": "*", r"\star": "*", r"\prime": "'"}
#: A formula in Markdown; code is blanked out before.
_FORMULA = re.compile(
    r"\$\$(?P<display>.+?)\$\$|(?<![\\$])\$(?P<inline>[^$]+?)(?<!\\)\$", re.DOTALL
)
_CODE = re.compile(r"^(`{3,})\{code-cell\}.*?^\1\s*$|^~~~.*?^~~~\s*$|`[^`\n]+`|\\\$", re.M | re.S)


@dataclass(frozen=True)
class Token:
    """A piece of TeX and its place in the formula."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Script:
    """What stands at a letter: a prime ``'``, or what is above ``^`` or below ``_``."""

    kind: str
    inside: str
    start: int


@dataclass(frozen=True)
class Symbol:
    """A symbol of a formula and its place, from `start` to `end` with all scripts.

    `name` is one of those known, or else the letter with what can only be part of a name; `rest`
    are the scripts that the name leaves out.
    """

    name: str
    start: int
    end: int
    rest: tuple[Script, ...] = ()


def formulas_in(markdown: str) -> Iterator[tuple[int, str]]:
    r"""Place and TeX of each formula of a Markdown text, outside of its code.

    Examples
    --------
    >>> list(formulas_in("Let $x > 0$, not `$y`, and $$z.$$"))
    [(5, 'x > 0'), (29, 'z.')]
    """
    text = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), markdown)
    for formula in _FORMULA.finditer(text):
        kind = formula.lastgroup or ""
        yield formula.start(kind), markdown[formula.start(kind) : formula.end(kind)]


def tokens_of(tex: str) -> list[Token]:
    """The pieces of a formula, without blanks."""
    return [
        Token(piece[1], piece.start(), piece.start() + len(piece[1]))
        for piece in _TOKEN.finditer(tex)
        if not piece[1].isspace()
    ]


def argument(tokens: list[Token], first: int) -> tuple[list[Token], int]:
    """The tokens of the argument that begins here, without its braces, and the place behind it.

    Raises
    ------
    ValueError
        If there is none, or a brace is not closed.
    """
    if first >= len(tokens):
        raise ValueError("tex: an argument is missing at the end of the formula")
    if tokens[first].text in _ACCENTS:
        behind = argument(tokens, first + 1)[1]
        return tokens[first:behind], behind
    if tokens[first].text != "{":
        return tokens[first : first + 1], first + 1
    depth = 0
    for place in range(first, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[place].text, 0)
        if depth == 0:
            return tokens[first + 1 : place], place + 1
    raise ValueError(f"tex: a brace is not closed in {''.join(t.text for t in tokens[first:])}")


def normal(tex: str) -> str:
    r"""One spelling for what looks the same: no blanks, and braces where TeX leaves a choice.

    Examples
    --------
    >>> normal(r"v^\star"), normal(r"\bar g"), normal(r"C_{v}"), normal(r"\mathbb E")
    ('v^*', '\\bar{g}', 'C_v', '\\mathbb{E}')
    """
    tokens, text, place = tokens_of(tex), "", 0
    while place < len(tokens):
        piece = tokens[place].text
        if piece in _ACCENTS or piece in ("^", "_", "{"):
            inside, place = argument(tokens, place + (piece != "{"))
            content = normal(" ".join(token.text for token in inside))
            if piece in _ACCENTS or (piece != "{" and len(tokens_of(content)) != 1):
                content = f"{{{content}}}"
            piece = piece + content if piece != "{" else content
        else:
            piece = _SPELLINGS.get(piece, piece)
            place += 1
        # A control word ends where a letter would go on with it.
        glue = " " if re.search(r"\\[A-Za-z]+$", text) and piece[:1].isalpha() else ""
        text += glue + piece
    return text


def name_of(tex: str) -> str:
    r"""The name of a symbol that stands alone, in the spelling of `symbols_in`.

    Raises
    ------
    ValueError
        If the formula is not a single letter with its scripts, such as ``v^*``, or with something
        in parentheses behind them, such as ``v(c)``.

    Examples
    --------
    >>> name_of(r"f_{\min}'"), name_of("v(c)")
    ("f'_\\min", 'v(c)')
    """
    tokens = tokens_of(tex)
    behind = argument(tokens, 0)[1]
    scripts, after = _scripts(tex, tokens, behind)
    call = _call(tokens, after)
    name = _name(tex[: tokens[behind - 1].end], tuple(scripts)) + (f"({call})" if call else "")
    is_letter = tokens[0].text in _ACCENTS or _LETTER.fullmatch(tokens[0].text)
    if not is_letter or after + (len(tokens_of(call)) + 2 if call else 0) != len(tokens):
        raise ValueError(f"tex: got {tex}, expected one symbol")
    return name


def symbols_in(tex: str, names: Collection[str] = ()) -> list[Symbol]:
    r"""The symbols of a formula, each followed by those in the scripts that its name leaves out.

    Parameters
    ----------
    tex : str
        The formula, without its dollars.
    names : collection of str
        The names that are known, in the spelling of `normal`. One such as ``v(c)`` is a letter with
        just this in parentheses behind it.

    Raises
    ------
    ValueError
        If a brace is not closed.

    Examples
    --------
    >>> [symbol.name for symbol in symbols_in(r"v^{*\top} v^*_i + v^2", {"v", "v^*", "i"})]
    ['v^*', 'v^*', 'i', 'v']
    """
    return list(_symbols(tex, tokens_of(tex), frozenset(names)))


def _symbols(tex: str, tokens: list[Token], names: frozenset[str]) -> Iterator[Symbol]:
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.text in _OPAQUE:
            place = argument(tokens, place + 1)[1]
        elif token.text in _ACCENTS or _LETTER.fullmatch(token.text):
            behind = argument(tokens, place)[1]
            scripts, after = _scripts(tex, tokens, behind)
            letter = tex[token.start : tokens[behind - 1].end]
            name, rest = _longest(letter, scripts, names)
            called = f"{name}({_call(tokens, after)})"
            end = tokens[after - 1].end
            yield Symbol(called if called in names else name, token.start, end, rest)
            for script in rest:
                yield from (
                    Symbol(s.name, s.start + script.start, s.end + script.start, s.rest)
                    for s in symbols_in(script.inside, names)
                )
            place = after
        else:
            place += 1


def _scripts(tex: str, tokens: list[Token], place: int) -> tuple[list[Script], int]:
    """The scripts at a place, and the place behind them."""
    scripts: list[Script] = []
    while place < len(tokens) and (kind := tokens[place].text) in ("'", "^", "_"):
        if kind == "'":
            scripts.append(Script(kind, "", tokens[place].start))
            place += 1
            continue
        inside, place = argument(tokens, place + 1)
        text = tex[inside[0].start : inside[-1].end] if inside else ""
        start = inside[0].start if inside else tokens[place - 1].start
        # A star goes before a transpose or a power: they are two scripts.
        star = re.match(r"(\*|\\ast|\\star)\s*(?=[^\s*])", text) if kind == "^" else None
        if star:
            scripts.append(Script(kind, star[1], start))
        cut = star.end() if star else 0
        scripts.append(Script(kind, text[cut:], start + cut))
    return scripts, place


def _call(tokens: list[Token], place: int) -> str:
    """What stands in plain parentheses at a place, where it is one or two tokens."""
    texts = [token.text for token in tokens[place : place + 4]]
    if texts[:1] == ["("] and ")" in texts:
        return "".join(texts[1 : texts.index(")")])
    return ""


def _longest(
    letter: str, scripts: list[Script], names: frozenset[str]
) -> tuple[str, tuple[Script, ...]]:
    """The known name that takes in the most scripts, and those that it leaves out."""
    for size in range(len(scripts), -1, -1):
        for taken in combinations(scripts, size):
            name = _name(letter, taken)
            if name in names:
                return name, tuple(script for script in scripts if script not in taken)
    own = tuple(script for script in scripts if is_of_a_name(script))
    return _name(letter, own), tuple(script for script in scripts if script not in own)


def is_of_a_name(script: Script) -> bool:
    r"""Whether a script can only be part of a name: a prime, a star or sign above, digits below.

    Examples
    --------
    >>> below, power, star = Script("_", "0", 1), Script("^", "2", 1), Script("^", "*", 1)
    >>> is_of_a_name(below), is_of_a_name(power), is_of_a_name(star)
    (True, False, True)
    """
    if script.kind == "^":
        return normal(script.inside) in ("*", "+", "-")
    return script.kind == "'" or not re.search(r"[A-Za-z]", script.inside)


def _name(letter: str, scripts: tuple[Script, ...]) -> str:
    """The spelling of a name: primes, then what is below, then what is above."""
    above, below = (
        "".join(script.inside for script in scripts if script.kind == kind) for kind in "^_"
    )
    primes = "'" * sum(script.kind == "'" for script in scripts)
    return normal(
        letter + primes + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
    )


#: Commands that take what stands behind them, how many of them, in braces or not.
_TAKES = {r"\frac": 2, r"\tfrac": 2, r"\dfrac": 2, r"\binom": 2, r"\sqrt": 1, "^": 1, "_": 1}


def marked(tex: str, keys: Mapping[str, str]) -> str:
    r"""A formula in which each symbol bears its key, as KaTeX's ``\htmlData`` has it.

    It looks the same: the mark is around a letter with all its scripts, and KaTeX sets the spaces
    of what is in it as if it were not there.

    Parameters
    ----------
    tex : str
        The formula.
    keys : mapping
        The keys of the names that are known; other symbols stay as they are.

    Examples
    --------
    >>> print(marked(r"v^\top w", {"v": "v"}))
    \htmlData{symbol=v}{v^\top} w
    >>> print(marked(r"\frac\theta2", {r"\theta": "theta"}))
    \frac{\htmlData{symbol=theta}{\theta}}2
    """
    names, bare, text, done = frozenset(keys), _bare_arguments(tex), "", 0
    for symbol in symbols_in(tex, names):
        if symbol.start < done:  # in a script of the last one, which is marked with it
            continue
        inside, place = "", symbol.start
        for script in sorted(symbol.rest, key=lambda script: script.start):
            end = script.start + len(script.inside)
            within = marked(script.inside, keys)
            if within != script.inside and tex[place : script.start].rstrip()[-1] in "^_":
                within = f"{{{within}}}"
            inside += tex[place : script.start] + within
            place = end
        inside += tex[place : symbol.end]
        is_cut = symbol.start in bare and bare[symbol.start] < symbol.end
        is_other = any(is_of_a_name(script) for script in symbol.rest)
        if symbol.name in keys and not is_cut and not is_other:
            inside = rf"\htmlData{{symbol={keys[symbol.name]}}}{{{inside}}}"
            inside = f"{{{inside}}}" if symbol.start in bare else inside
        text += tex[done : symbol.start] + inside
        done = symbol.end
    return text + tex[done:]


def _bare_arguments(tex: str) -> dict[int, int]:
    """Where arguments without braces begin, and where they end."""
    tokens, bare = tokens_of(tex), {}
    for number, token in enumerate(tokens):
        place = number + 1
        for _ in range(_TAKES.get(token.text, 0)):
            inside, behind = argument(tokens, place)
            if tokens[place].text != "{":
                bare[inside[0].start] = inside[-1].end
            place = behind
    return bare
