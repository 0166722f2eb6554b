"""Pages in another language: no catalogue is stale, terms are held, links lead on."""

import gzip
import re
from collections import Counter
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from toc import ROOT

from stebook.build import catalogues, languages, spoken
from stebook.scene import joined
from stebook.templates import SLOT
from tools import translate

#: Each term with its one translation: where a message has the term, its answer has this.
TERMS = {
    "straight-through estimator": "直通估计器",
    "coarse gradient": "粗梯度",
    "true gradient": "真实梯度",
    "prox(?:y|ies)": "代理函数",
    "teacher": "教师网络",
    "student": "学生网络",
    "trap": "陷阱",
    "back-propagation": "反向传播",
    "activations?": "激活",
    "inner product": "内积",
    "identity(?! matrix)": "恒等函数",
    "clipped ReLU": "裁剪 ReLU",
    "explorers?": "交互图",
    "batch normalization": "批归一化",
}
#: What is the same in every language.
NAMES = {".pdf", "html", "ReLU", "sigmoid", "tanh", "arctan"}
ID, TEX = r'\bid="([^"]+)"', "<annotation[^>]*>(.*?)</annotation>"
#: A slot of a script's sentence, and a text in it.
JS, CODE = re.compile(r"\$\{[^{}]*\}"), re.compile('"[^"]*"')
CODES = [code for code, _, _ in languages.LANGUAGES.values()]
#: A Chinese letter beside a Latin one, a digit, a formula or code, with no space between.
CLOSE = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9$`]|[A-Za-z0-9$`%][\u4e00-\u9fff]")
#: What stands between two marks of a message without being one of its words.
ROLE = re.compile(r"(\{[\w:]+\})`([^`<]*) <([^`>]*)>`")
MATHS = re.compile(r"\((?:(?![A-Za-z]{3})[^()\u4e00-\u9fff])*\)")
HALF = re.compile(r"[\u4e00-\u9fff] ?[,;:?!()]|[,;:?!()] ?[\u4e00-\u9fff]")


def answers():
    """Message and answer of all pages."""
    for code in CODES:
        for page in catalogues.PAGES:
            yield from catalogues.read(translate.path_of(code, page)).items()


@pytest.mark.parametrize("code", CODES)
def test_no_catalogue_is_stale(code, built):
    """A message that is new or has changed wants an answer: ``python -m tools.translate``."""
    assert [s for page in catalogues.PAGES for s in translate.stale(code, page)] == []


def test_a_term_has_one_translation():
    wrong = [
        (term, answer)
        for message, answer in answers()
        for term, translation in TERMS.items()
        if re.search(rf"\b{term}\b", re.sub(r"`[^`]*`|\]\(.*?\)|<[^>]*>", "", message), re.I)
        and translation not in answer
    ]
    assert wrong == []


def test_chinese_has_its_own_signs_and_one_rule_for_spaces():
    for _, answer in answers():
        text = re.sub(r"<[^>]*>", "", ROLE.sub(r"\2", answer))
        text = re.sub(r"\[\]\([^)]*\)|\]\([^)]*\)|\[|\{[\w:]+\}|\*", "", text)
        text = MATHS.sub("$", re.sub(r"`[^`]*`|\$[^$]*\$", "$", text))
        assert not CLOSE.search(text), answer
        assert not HALF.search(text), answer


def test_an_answer_has_the_formulas_code_and_links_of_its_message():
    kinds = r"\{[\w:]+\}`[^`]*`", r"\]\([^)]*\)", "`[^`]*`", r"\$[^$]*\$", "<[^>]*>", SLOT.pattern
    parts = re.compile("|".join(kinds))
    for message, answer in answers():
        texts = [ROLE.sub(r"\1`\3`", text) for text in (message, answer)]
        kept = [{part[0] for part in parts.finditer(text)} for text in texts]
        assert kept[0] == kept[1], answer


def test_an_answer_sets_off_as_much_as_its_message():
    """A mark between a full stop and a letter closes nothing: the asterisk would be seen."""
    markdown = MarkdownIt("commonmark").use(dollarmath_plugin)
    for message, answer in answers():
        lines = [markdown.parseInline(text)[0].children for text in (message, answer)]
        marks = [Counter(t.type for t in line if "_open" in t.type) for line in lines]
        assert marks[0] == marks[1], answer


@pytest.mark.parametrize("page", catalogues.PAGES)
def test_a_page_is_in_its_language_and_its_links_lead_on(page, built):
    path = built / "zh" / "book" / f"{page}.html"
    texts = [file.read_text(encoding="utf-8") for file in (path, built / "book" / path.name)]
    assert f'href="../../book/{page}.html">English</a>' in texts[0]
    assert f'href="../zh/book/{page}.html">中文</a>' in texts[1]
    ids, formulas = ([re.findall(part, text) for text in texts] for part in (ID, TEX))
    assert ids[0] == ids[1] and set(formulas[0]) == set(formulas[1])
    assert "katex-error" not in texts[0] and "merror" not in texts[0]
    light = [len(gzip.compress(text.encode())) for text in texts]
    assert light[0] < 1.2 * light[1]
    soup = BeautifulSoup(texts[0], "html.parser")
    assert soup.html["lang"] == "zh-Hans"
    for tag in soup.select("[href], img[src], script[src]"):
        address, _, anchor = (tag.get("href") or tag.get("src")).partition("#")
        address = address.partition("?")[0]
        if address and ":" not in address:
            assert (path.parent / address).exists(), address
        elif anchor and not address and ":" not in anchor:
            assert anchor in ids[0], anchor
    for tag in soup.select(".math, script, style, code, pre, kbd, [lang=en], head noscript"):
        tag.decompose()
    for text in soup.body.find_all(string=re.compile("[A-Za-z]{3}")):
        known = re.search(r"[\u4e00-\u9fff]|^\uff08[a-z -]+\uff09", text)
        known = known or text.strip(" \uff1a\n") in NAMES
        assert known or text.__class__.__name__ == "Comment", text


def test_what_has_no_answer_stays_english_and_says_so():
    words = catalogues.Language(
        "zh_CN", "zh-Hans", "中文", {}, {"{} minutes": "{} 分钟", "a": "甲"}
    )
    tag = '<p class="untranslated">'
    text = f'{tag}No answer</p><i title="a">3 minutes</i>'
    assert languages.in_words(text, words) == (
        '<p lang="en" class="untranslated">No answer</p><i title="甲">3 分钟</i>'
    )


def test_a_link_without_a_page_in_the_language_leads_to_the_english_one():
    link = '<a href="slope.html#proof">'
    (page,) = catalogues.PAGES[:1]
    assert languages.led(link, "zh") == '<a href="../../book/slope.html#proof" hreflang="en">'
    assert languages.led(f'<a href="{page}.html">', "zh") == f'<a href="{page}.html">'


def test_an_explorer_says_the_same_before_its_script_runs_and_after():
    page = {"At {x:.1f} the {name} is off.": "{name}在 {x:.1f} 处关闭。", "row": "行"}
    words = catalogues.Language("zh_CN", "zh-Hans", "中文", {"page": page}, {})
    data = '{"name":"row","sentences":[["off"],"At {x:.1f} the {name} is off."],"rows":[["row"]]}'
    markup = (
        '<figure class="explorer" data-room="At 0.0 the row is off."><p>At 0.5 the row is off.</p>'
        f'<script type="application/json">{data}</script></figure>'
    )
    assert spoken.messages(markup) == list(page)
    text = languages.in_words(spoken.exchanged(markup, words), words)
    assert 'data-room="行在 0.0 处关闭。"><p>行在 0.5 处关闭。</p>' in text
    assert (
        '{"name":"row","sentences":[["off"],"{name}在 {x:.1f} 处关闭。"],"rows":[["行"]]}' in text
    )


def test_a_page_has_its_own_words_first():
    page = {"step": "步"}
    words = catalogues.Language("zh_CN", "zh-Hans", "中文", {"page": page}, {"step": "阶跃函数"})
    assert (words("step"), words.on("page")("step")) == ("阶跃函数", "步")


def test_every_catalogue_of_a_page_has_its_page():
    for code in CODES:
        names = {path.stem for path in (ROOT / catalogues.FOLDER / code).rglob("*.po")}
        assert names == {*catalogues.PAGES, catalogues.WORDS, catalogues.SCRIPTS}


def test_every_word_of_scripts_stands_in_one_and_breaks_none():
    """A message may have slots, which are code; its answer has the same ones."""
    sources = ("book/_assets/book.js", "stebook/static/kit.js", "stebook/static/explorer.js")
    text = "".join((ROOT / source).read_text(encoding="utf-8") for source in sources) + joined()
    for code in CODES:
        for word, answer in catalogues.read(translate.path_of(code, catalogues.SCRIPTS)).items():
            assert spoken.rewritten(text, {word: answer}) != text, word
            slots = [sorted(CODE.sub('""', slot) for slot in JS.findall(s)) for s in (word, answer)]
            assert slots[0] == slots[1], answer
            marks = [set(re.findall(r"[\"'`<>\\\n]", JS.sub("", s))) for s in (word, answer)]
            assert marks[1] <= marks[0], answer


def test_a_sentence_of_a_script_is_exchanged_whole():
    script = 'say(`At ${place("a b")} now`, place("a b"), x ? "At" : "now")'
    words = {'At ${place("a b")} now': '${place("a b")}处', "now": "现在"}
    assert (
        spoken.rewritten(script, words)
        == 'say(`${place("a b")}处`, place("a b"), x ? "At" : "现在")'
    )


def test_a_picture_with_words_has_a_copy(tmp_path):
    words = catalogues.Language("zh_CN", "zh-Hans", "中文", {}, {"the input": "输入"})
    (tmp_path / "_images").mkdir()
    for name, text in (("a", "the input"), ("b", "w")):
        (tmp_path / "_images" / f"{name}.svg").write_text(f"<svg><text>{text}</text></svg>")
    page = '<img src="../../_images/a.svg"><img src="../../_images/b.svg">'
    page = languages.pictured(page, tmp_path, "zh", words)
    assert page == '<img src="../../_images/a.zh.svg"><img src="../../_images/b.svg">'
    copy = (tmp_path / "_images" / "a.zh.svg").read_text(encoding="utf-8")
    assert copy == "<svg><text>输入</text></svg>"


def test_a_page_loads_the_copies_of_scripts():
    page = '<script src="../../_static/book.js?v=1"></script><script src="../book.js">'
    copy = {"book.js": "explorers/book.zh.js"}
    assert languages.loaded(page, copy) == page.replace("book.js?v=1", copy["book.js"])


def test_a_page_is_written_anew_with_its_english_one(tmp_path):
    (tmp_path / "book").mkdir()
    for name in catalogues.PAGES[1:]:
        (tmp_path / "book" / f"{name}.html").write_text("a page")
    first = catalogues.PAGES[0]
    assert list(languages.outdated(tmp_path, set())) == [first]
    written = {"book/glossary", "book/slope"}
    assert set(languages.outdated(tmp_path, written)) == {first, "glossary"}


def test_a_page_depends_on_every_catalogue(tmp_path):
    (tmp_path / catalogues.FOLDER / "zh_CN").mkdir(parents=True)
    (tmp_path / catalogues.FOLDER / "zh_CN" / "words.po").write_text("")
    seen = []
    env = SimpleNamespace(docname="book/index", note_dependency=seen.append)
    for page in ("book/index", "book/slope"):
        env.docname = page
        languages.depend(SimpleNamespace(env=env, srcdir=tmp_path), None)
    assert seen == [f"{catalogues.FOLDER}/zh_CN/words.po"]
