"""The HTML of an explorer."""

import gzip
import html
import json
import re
from html.parser import HTMLParser

import pytest

from stebook import EXPLORERS, get_explorer, templates
from stebook.page import markup


class Outline(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module", params=EXPLORERS)
def page(request):
    explorer = get_explorer(request.param)
    return explorer, markup(explorer, explorer.defaults)


def test_it_is_light(page):
    assert len(gzip.compress(page[1].encode())) < 60_000


def test_the_markup_has_what_a_reader_needs(page):
    explorer, text = page
    outline = Outline(text)
    (top,) = outline.all("figure")
    assert top["class"] == "explorer" and top["data-name"] == explorer.name
    kinds = [control.kind for control in explorer.controls]
    assert len([a for a in outline.all("input") if a["type"] == "range"]) == kinds.count("range")
    assert len(outline.all("select")) == kinds.count("select")
    assert len(outline.all("fieldset")) == len(outline.all("legend")) == kinds.count("radio")
    assert all("disabled" in a for tag in ("input", "select", "button") for a in outline.all(tag))
    assert len([a for _, a in outline.tags if a.get("aria-live") == "polite"]) == 1
    states = [json.loads(a["data-state"]) for a in outline.all("button") if "data-state" in a]
    assert states == [
        {name: explorer.control(name).index(value) for name, value in state.items()}
        for state in (explorer.state(**changes) for changes in explorer.presets.values())
    ]
    assert len(outline.all("noscript")) == 1
    assert len(outline.all("table")) == 2
    assert len(outline.all("figcaption")) == 1
    assert [a for a in outline.all("div") if a.get("role") == "img" and a["aria-label"]]


def test_it_says_the_default_state(page):
    explorer, text = page
    values = explorer.values(explorer.defaults)
    assert html.escape(explorer.say(values)) in text
    chips = re.findall(r'<dt>(.*?)</dt><dd data-room=".*?">(.*?)</dd>', text)
    labels = [html.escape(label) for label, _ in explorer.rows]
    cells = map(html.escape, explorer.cells(values))
    assert chips == list(zip(labels, cells, strict=True))[: explorer.chips]


def test_no_number_is_said_twice(page):
    """What stands in a place of its own is in no sentence."""
    explorer, _ = page
    chips = {n for _, text in explorer.rows[: explorer.chips] for n in templates.slots(text)}
    assert chips
    for sentence in explorer.sentences:
        assert chips.isdisjoint(templates.slots(sentence.text)), sentence.text


def test_twice_on_a_page_the_radios_do_not_mix(page):
    explorer, text = page
    again = markup(explorer, explorer.defaults)
    groups = [
        {a["name"] for a in Outline(t).all("input") if a["type"] == "radio"} for t in (text, again)
    ]
    assert not groups[0] & groups[1]
    ids = [a["id"] for _, a in Outline(text + again).tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_the_data_cannot_end_its_script(page):
    text = page[1]
    (inside,) = re.findall(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert "<" not in inside
    assert json.loads(inside)["name"] == page[0].name


def test_it_asks_no_host(page):
    assert "http" not in page[1]
