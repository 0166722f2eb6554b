"""Questions that a reader commits to: the same HTML in the built pages and with a kernel.

Each option is a ``<details>``: choosing it opens what there is to say about it, and closes the
others. No script is needed for that. In the built pages a small script (book.js) keeps the explorer
that a question opens closed until an option is chosen.
"""

import html
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

_count = itertools.count()
#: Code and emphasis, as in the chapters' own source.
_MARKS = (
    (re.compile(r"`([^`]+)`"), r'<code class="docutils literal notranslate">\1</code>'),
    (re.compile(r"(?<!\w)\*([^*]+)\*(?!\w)"), r"<em>\1</em>"),
)


@dataclass(frozen=True)
class Option:
    """One answer that a reader may choose, what there is to say about it, whether it is right."""

    text: str
    reply: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question with its options.

    Parameters
    ----------
    text : str
        The question; ``$...$`` is maths, backticks are code, ``*...*`` is emphasis.
    options : sequence of Option
        Two or more, exactly one of them right.
    opens : str
        Name of the explorer that stays closed until the reader has chosen; empty for none.

    Raises
    ------
    ValueError
        If there are fewer than two options or not exactly one is right.
    """

    text: str
    options: Sequence[Option]
    opens: str = ""

    def __post_init__(self) -> None:
        right = sum(option.right for option in self.options)
        if len(self.options) < 2 or right != 1:
            raise ValueError(
                "options: expected two or more with exactly one right, got "
                f"{len(self.options)} with {right} right"
            )

    def _repr_html_(self) -> str:
        group = f"question-{next(_count)}"
        opens = f' data-opens="{html.escape(self.opens)}"' if self.opens else ""
        options = "".join(
            f'<details name="{group}"><summary><b>{letter}</b>&ensp;{marked(option.text)}</summary>'
            f"<p><strong>{'Yes.' if option.right else 'No.'}</strong> {marked(option.reply)}</p>"
            "</details>"
            for letter, option in zip(ascii_uppercase, self.options, strict=False)
        )
        return (
            f'<div class="question" role="group" aria-labelledby="{group}"{opens}>'
            f'<p id="{group}">{marked(self.text)}</p>{options}</div>'
        )

    def __repr__(self) -> str:
        options = "\n".join(f"- {option.text}" for option in self.options)
        return f"{self.text}\n{options}"


def marked(text: str) -> str:
    """A text as HTML, with its maths, code and emphasis.

    Examples
    --------
    >>> marked("*Is* `a < b`?")
    '<em>Is</em> <code class="docutils literal notranslate">a &lt; b</code>?'
    """
    parts = html.escape(text, quote=False).split("$")
    return "".join(_maths(part) if i % 2 else _prose(part) for i, part in enumerate(parts))


def _maths(text: str) -> str:
    return f'<span class="math notranslate nohighlight">\\({text}\\)</span>'


def _prose(text: str) -> str:
    """Code and emphasis; a star in maths is none of them."""
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return text
