"""What the pages take of Plotly and of the theme's icons."""

import hashlib
import io
import re
import subprocess
import tarfile
from types import SimpleNamespace

import pytest

from stebook.build import bundles, icons, kept, styles
from stebook.build.bundles import BUNDLES, WHOLE, Bundle, bring, collect, needed


def archive(name="package/plotly-small.min.js", content=b"small"):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        packed.addfile(member, io.BytesIO(content))
    return file.getvalue()


@pytest.fixture
def npm(monkeypatch):
    """An npm that packs `npm.content`, or fails if there is none; how often it was asked."""
    made = SimpleNamespace(content=archive(), asked=0)

    def run(command, cwd, **_):
        made.asked += 1
        name, _, version = command[2].partition("@")
        if made.content is None:
            return SimpleNamespace(returncode=1)
        (cwd / f"{name}-{version}.tgz").write_bytes(made.content)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(bundles.shutil, "which", lambda name: f"/bin/{name}")
    return made


def small(content):
    return Bundle("small", hashlib.sha256(content).hexdigest(), frozenset({"bar"}))


def test_a_bundle_is_brought_once(tmp_path, npm):
    bundle = small(npm.content)
    for _ in range(2):
        assert bring(bundle, tmp_path / "store").read_bytes() == b"small"
    assert npm.asked == 1
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["plotly-small.min.js"]


def test_another_archive_than_the_known_is_refused(tmp_path, npm):
    with pytest.raises(ValueError, match=r"^plotly\.js-small-dist-min: expected the archive"):
        bring(small(b"another"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_npm_or_a_network_pages_take_all_of_plotly(tmp_path, npm, monkeypatch):
    (tmp_path / WHOLE).parent.mkdir()
    (tmp_path / WHOLE).write_text("all")
    npm.content = None
    collect(tmp_path / "store", tmp_path)
    assert needed('<figure class="explorer" data-traces="bar">', tmp_path) == WHOLE
    monkeypatch.setattr(bundles.shutil, "which", lambda _: None)
    assert bring(BUNDLES[0], tmp_path / "store") is None


def test_a_page_takes_the_smallest_bundle(tmp_path, monkeypatch):
    (tmp_path / WHOLE).parent.mkdir()
    (tmp_path / WHOLE).write_text("all")
    monkeypatch.setattr(bundles, "bring", lambda bundle, store: tmp_path / WHOLE)
    collect(tmp_path, tmp_path)
    assert not (tmp_path / WHOLE).exists()
    figure = '<figure class="explorer" data-name="a" data-traces="{}" aria-label="A">'
    basic, cartesian = (bundle.file for bundle in BUNDLES)
    assert needed(figure.format("bar scatter"), tmp_path) == basic
    assert needed(figure.format("bar") + figure.format("contour scatter"), tmp_path) == cartesian
    with pytest.raises(ValueError, match="expected those of a bundle, got bar, scatter3d"):
        needed(figure.format("bar scatter3d"), tmp_path)


def test_the_icons_are_cut_out_with_their_font():
    sheet = icons.sheet()
    assert len(sheet) < 6000
    for name in icons.NAMES:
        assert re.search(rf'\.fa-{name}::before {{ content: "\\f[0-9a-f]{{3}}" / ""; }}', sheet)
    assert sheet == icons.sheet()


def test_an_icon_that_the_theme_does_not_have_is_refused():
    with pytest.raises(ValueError, match="expected one of the theme's, got 'nothing'"):
        icons.named(".fa-sun:before{content:'x'}", "nothing")


def test_the_theme_loads_all_but_its_icons_and_the_index():
    macros, layout = icons.templates().values()
    before = [icons.template(name) for name in icons.LOADED]
    assert before[0].count("<script") == macros.count("<script") + 1
    assert before[1].count("<script") == layout.count("<script") + 3
    assert "fontawesome" not in macros and "searchindex" not in layout


def test_the_style_sheet_is_the_theme_s_without_icons():
    theirs, ours = icons.STYLE.read_text(encoding="utf-8"), icons.style()
    assert theirs.count(":before{content:") > ours.count(":before{content:") + 1000
    assert "fa-download:before" in theirs and "fa-download:before" not in ours
    assert theirs.count("--pst-") == ours.count("--pst-")
    assert "@font-face" in theirs and "webfonts" not in ours


def test_what_pages_have_and_scripts_name_or_begin_is_known(tmp_path):
    (tmp_path / "_static" / "plotly").mkdir(parents=True)
    (tmp_path / "page.html").write_text('<p class="on-page two"></p>')
    (tmp_path / "_static" / "a.js").write_text('add("by-script"); add(`begun-${place}`);')
    (tmp_path / "_static" / "plotly" / "b.js").write_text('"of-plotly"')
    known, begun = styles.names(tmp_path)
    assert {"on-page", "two", "by-script"} <= known and "of-plotly" not in known
    assert begun == ("begun-",)
    sheet = ".two{}.three{}.begun-left .two,.three .two{}@media print{.by-script{}.three{}}"
    rest = ".two{}.begun-left .two{}@media print{.by-script{}}"
    assert styles.used(sheet, known, begun) == rest


def test_where_every_class_is_known_no_rule_is_lost_and_brackets_stay_closed():
    whole = icons.style()
    every = set(re.findall(r"\.((?:\\.|[\w-])+)", whole))
    bare = styles.used(whole, set())
    assert styles.used(whole, every).count("{") == whole.count("{")
    assert bare.count("(") == bare.count(")") and bare.count("{") == bare.count("}")
    assert len(bare) < len(whole) / 2
    assert set(re.findall(r"--pst-color-[\w-]+:", bare)) == set(
        re.findall(r"--pst-color-[\w-]+:", whole)
    )


def test_what_is_made_of_the_same_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "KEPT", tmp_path / "kept")
    made = []

    def make():
        made.append(1)
        return b"%d" % len(made)

    asked = [(b"a", b"bc"), (b"a", b"bc"), (b"ab", b"c"), (b"ab", b"c"), (b"a", b"bc")]
    assert [kept.kept("one", of, make) for of in asked] == [b"1", b"1", b"2", b"2", b"3"]
    assert kept.kept("two", asked[0], make) == b"4"
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["one", "two"]


def test_a_sheet_is_trimmed_anew_when_it_or_its_classes_change(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "KEPT", tmp_path)
    trimmed = []
    monkeypatch.setattr(styles, "used", lambda sheet, *_: trimmed.append(sheet) or "")
    for sheet, known in ((".a{}", "a"), (".a{}", "ac"), (".a.b{}", "ac"), (".a.b{}", "ab")):
        styles.trimmed("some.*.css", sheet, set(known), ())
    assert trimmed == [".a{}", ".a.b{}", ".a.b{}"]
