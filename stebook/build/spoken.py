"""What explorers say, for another language: what there is to translate, and the exchange of it.

An explorer stands in a page twice: as HTML, which shows one state, and as data, from which its
script writes every other. Both are exchanged, so a sentence is the same before the script runs and
after. Names by which the data are computed with stay. A script has a
few words more, such as those on its buttons: of it there is a copy for each language.

What belongs here: where an explorer has words. What never does: the words.
"""

import html
import json
import re
from collections.abc import Callable
from typing import Any

from stebook.templates import SLOT

#: The scripts that write words of their own on a page.
SCRIPTS = ("book.js", *(f"explorers/{name}.js" for name in ("kit", "explorer", "plane")))

_FIGURE = re.compile(r'<figure class="(?:explorer|scene)\b.*?</figure>', re.S)
_DATA = re.compile(r'(<script type="application/json">)(.*?)(</script>)', re.S)
_SHOWN = re.compile(r'>([^<>]+)<|\baria-label="(?:Explorer: )?([^"]+)"')
_WORD = re.compile(r"[A-Za-z]{2,}")
#: Where the data hold words; below the second a word alone is a name.
_WORDS = re.compile(
    r"controls\.labels?|figure(?:\.\w+)*\.(?:name|text|hovertemplate)|rows"
    r"|estimators\.\w+\.label"
)
_SENTENCES = re.compile(r"sentences|tables\.columns\.\w+")


def is_message(path: str, text: str) -> bool:
    """Whether a text at a place of the data is one that a reader sees, and has words.

    Examples
    --------
    >>> is_message("controls.label", "Samples K"), is_message("controls.name", "samples")
    (True, False)
    >>> is_message("sentences", "escaped"), is_message("rows", "{error:.3f}")
    (False, False)
    """
    if not _WORD.search(SLOT.sub("", text)):
        return False
    return bool(_WORDS.fullmatch(path) or (_SENTENCES.fullmatch(path) and " " in text.strip()))


def walked(data: Any, change: Callable[[str], str], path: str = "") -> Any:
    """The data with every message changed.

    Examples
    --------
    >>> walked({"controls": [{"name": "turn", "label": "Turn"}]}, str.upper)
    {'controls': [{'name': 'turn', 'label': 'TURN'}]}
    """
    if isinstance(data, dict):
        inside = f"{path}." if path else ""
        return {key: walked(part, change, inside + key) for key, part in data.items()}
    if isinstance(data, list):
        return [walked(part, change, path) for part in data]
    return change(data) if isinstance(data, str) and is_message(path, data) else data


def template(text: str) -> tuple[re.Pattern, list[str]]:
    """What a sentence with slots becomes when they are filled, and the slots in their order.

    Examples
    --------
    >>> pattern, slots = template("At {place} it is {value:.2f}.")
    >>> pattern.fullmatch("At A it is 1.00.").groups(), slots
    (('A', '1.00'), ['{place}', '{value:.2f}'])
    """
    slots = [slot[0] for slot in SLOT.finditer(text)]
    parts, end = [], 0
    for slot in SLOT.finditer(text):
        parts.append(re.escape(text[end : slot.start()]))
        end = slot.end()
    return re.compile("(.*?)".join([*parts, re.escape(text[end:])]), re.S), slots


def messages(markup: str) -> list[str]:
    """All that the explorers in the HTML of a page say, each message once."""
    said: list[str] = []

    def hear(text: str) -> str:
        said.append(text.strip())
        return text

    for figure in _FIGURE.findall(markup):
        for data in _DATA.finditer(figure):
            walked(json.loads(data[2]), hear)
        filled = [template(text)[0] for text in said if SLOT.search(text)]
        for shown in _SHOWN.finditer(_DATA.sub("", figure)):
            text = html.unescape(shown[1] or shown[2]).strip()
            if _WORD.search(text) and not any(pattern.fullmatch(text) for pattern in filled):
                said.append(text)
    return list(dict.fromkeys(said))


def exchanged(markup: str, words: Callable[[str], str | None]) -> str:
    """The HTML of a page with the data of its explorers in another language."""

    def answer(data: re.Match) -> str:
        answered = walked(json.loads(data[2]), lambda text: words(text) or text)
        text = json.dumps(answered, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return data[1] + text.replace("<", "\\u003c") + data[3]

    return _FIGURE.sub(lambda figure: _DATA.sub(answer, figure[0]), markup)


def rewritten(script: str, words: dict[str, str]) -> str:
    """A script with the words that stand alone in quotes or between tags exchanged.

    Examples
    --------
    >>> print(rewritten('say("Play", play, "Playing", "<b>Play</b>")', {"Play": "Los"}))
    say("Los", play, "Playing", "<b>Los</b>")
    """
    if not words:
        return script
    every = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.sub(rf"(?<=[\"'`>])(?:{every})(?=[\"'`<])", lambda text: words[text[0]], script)
