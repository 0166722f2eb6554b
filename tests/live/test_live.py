"""The site that `make live` makes, in Chromium: notebooks of the core path, with no network."""

import functools
import html
import http.server
import json
import re
import threading
import time
from pathlib import Path
from typing import ClassVar

import pytest
import yaml

from tests.browser.axe import violations
from tests.browser.conftest import chromium
from tools import project
from tools.live import pyodide, site

RUN = project.LIVE / site.RUN
CORE = [
    Path(page).name
    for page in yaml.safe_load((project.ROOT / "_config.yml").read_text(encoding="utf-8"))[
        "sphinx"
    ]["config"]["stebook_core"]
]
READY = "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel"
#: Run cells one after another; what went wrong.
RUN_CELLS = """async (cells) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const wrong = [];
  for (const code of cells) {
    const { content } = await kernel.requestExecute({ code }).done;
    if (content.status !== "ok") wrong.push([code, content.ename, content.evalue]);
  }
  return wrong;
}"""
#: Run the cells whose code has such texts, and bring what the last of them shows into view.
SHOW = """async (texts) => {
  const { content } = jupyterapp.shell.currentWidget;
  for (const text of texts) {
    content.activeCellIndex = content.widgets.findIndex(({ model }) =>
      model.type === "code" && model.sharedModel.source.includes(text));
    await jupyterapp.commands.execute("notebook:run-cell");
  }
  await content.scrollToItem(content.activeCellIndex, "start");
}"""
CLEAR = "get_ipython().run_line_magic('reset', '-sf')"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A site's files; ``given`` has how many bytes each request got."""

    protocol_version = "HTTP/1.1"
    given: ClassVar[list[int]] = []

    def copyfile(self, source, outputfile) -> None:
        self.given.append(Path(source.name).stat().st_size)
        super().copyfile(source, outputfile)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def base():
    handler = functools.partial(Quiet, directory=project.LIVE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(browser, base):
    """One page for all; at the end nothing was asked of another host, and no dialog came up."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    outside = []
    own = (base, "data:", "blob:")
    context.on("request", lambda one: one.url.startswith(own) or outside.append(one.url))
    page = context.new_page()
    yield page
    assert page.locator(".jp-Dialog").count() == 0
    assert outside == []
    context.close()


def open_notebook(page, base: str, stem: str) -> float:
    """Open a chapter's notebook; the seconds until its first cell has run."""
    start = time.perf_counter()
    page.goto(f"{base}/{site.RUN}/{site.APP}?path={stem}.ipynb")
    page.wait_for_function(READY, timeout=60_000)
    assert page.evaluate(RUN_CELLS, ["1 + 1"]) == []
    return time.perf_counter() - start


def at(page, base: str, stem: str) -> None:
    """Open a chapter's notebook, unless the page has it."""
    if not page.url.endswith(f"?path={stem}.ipynb"):
        open_notebook(page, base, stem)


def codes(stem: str) -> list[str]:
    """The code of a chapter's notebook."""
    made = json.loads((RUN / "files" / f"{stem}.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code"]


def test_the_plane_is_live(page, base, capsys):
    """It comes with the first cell of a browser that has nothing yet; a key moves its filter."""
    Quiet.given.clear()
    cold = open_notebook(page, base, "index")
    came = sum(Quiet.given)
    with capsys.disabled():
        print(f"\nfirst cell: {cold:.1f} s and {came / 1e6:.1f} MB", flush=True)
    assert came < 45e6
    page.evaluate(SHOW, ['show("plane")'])
    figure = page.locator("figure.plane")
    figure.wait_for(timeout=60_000)
    before = figure.inner_text()
    figure.locator("[tabindex='0']").first.press("ArrowRight")
    page.wait_for_function(
        "(before) => document.querySelector('figure.plane').innerText !== before", arg=before
    )


def test_the_core_path_runs_to_its_end_without_a_network(page, base, capsys):
    """All in one kernel, emptied between two chapters, in a browser that has seen one before."""
    warm = open_notebook(page, base, "correlation")
    with capsys.disabled():
        print(f"\nfirst cell: {warm:.1f} s the second time", flush=True)
    wrong = {stem: page.evaluate(RUN_CELLS, [CLEAR, *codes(stem)]) for stem in CORE}
    assert wrong == {stem: [] for stem in CORE}


def test_a_question_and_an_explorer_answer(page, base):
    """An answer of the question says something; a slider moves what is said and drawn."""
    at(page, base, "correlation")
    page.evaluate(SHOW, ["import ask, show", 'ask("correlation', 'show("correlation")'])
    answer = page.locator(".jp-OutputArea details").first
    answer.locator("summary").click()
    assert answer.get_attribute("open") is not None
    figure = page.locator("figure.explorer")
    figure.locator(".main-svg").first.wait_for(timeout=30_000)
    said = figure.locator(".explorer-heard")
    before, drawn = said.inner_text(), figure.locator(".explorer-plot").inner_html()
    figure.locator("input[type=range]").first.press("ArrowRight")
    page.wait_for_function(
        "([before, drawn]) => { const f = document.querySelector('figure.explorer');"
        " return f.querySelector('.explorer-heard').innerText !== before"
        " && f.querySelector('.explorer-plot').innerHTML !== drawn; }",
        arg=[before, drawn],
    )


def test_links_lead_to_pages_and_notebooks(page, base):
    """Of the chapter that is open: its page, and the notebooks of others."""
    at(page, base, "correlation")
    addresses = []
    for link in page.locator(".jp-RenderedMarkdown a[href]").all():
        link.dispatch_event("focusin")
        addresses.append(link.get_attribute("href"))
    relative = [address for address in addresses if address.startswith(base)]
    assert f"{base}/book/correlation.html" in relative
    assert f"{base}/{site.RUN}/{site.APP}?path=model.ipynb" in relative
    for address in {address.split("#")[0] for address in relative}:
        place, _, chapter = address.removeprefix(f"{base}/").partition("?path=")
        assert (project.LIVE / place).is_file(), address
        assert not chapter or (RUN / "files" / chapter).is_file(), address


def test_who_has_no_python_is_told_why(browser, base):
    """The page says what did not come and what to do; the notebook and its picture are there."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.route("**/pyodide.asm.wasm", lambda route: route.abort())
    page.goto(f"{base}/{site.RUN}/{site.APP}?path=estimator.ipynb")
    alert = page.locator("#python-missing")
    alert.wait_for(timeout=30_000)
    assert "does not give pyodide.asm.wasm" in alert.inner_text()
    assert alert.get_by_role("button", name="Try again").count() == 1
    page.wait_for_function("document.querySelector('.jp-RenderedMarkdown img')?.naturalWidth > 0")
    context.close()


def test_each_chapter_has_a_button_that_opens_its_notebook(page, base):
    """Axe finds nothing on a page that has it."""
    chapters = {path.stem for path in (RUN / "files").glob("*.ipynb")}
    for stem in chapters:
        text = (project.LIVE / "book" / f"{stem}.html").read_text(encoding="utf-8")
        assert f"../{site.RUN}/{site.APP}?path={stem}.ipynb" in text, stem
    assert set(CORE) <= chapters
    page.goto(f"{base}/book/{CORE[-1]}.html")
    button = page.get_by_role("link", name="Run this chapter live in a new tab")
    assert button.get_attribute("href").endswith(f"?path={CORE[-1]}.ipynb")
    assert violations(page) == []


def test_each_licence_of_what_runs_is_on_the_page_of_licences():
    """Of each wheel, each package of npm, CPython, Pyodide and numpy, with a text."""
    text = (project.LIVE / "licenses.html").read_text(encoding="utf-8")
    said = dict(re.findall(r"<h2>([^<]+)</h2>\n<pre[^>]*>\n(.*?)</pre>", text, re.DOTALL))
    shipped = {"cpython", "pyodide", "numpy"}
    shipped |= {pyodide.wheel(path).name for path in RUN.rglob("*.whl")} - {"ste-book"}
    for third in RUN.rglob("third-party-licenses.json"):
        shipped |= {one["name"] for one in json.loads(third.read_text())["packages"]}
    assert shipped <= {html.unescape(name) for name in said}
    assert [name for name in said if len(said[name]) < 200] == []


def test_each_picture_of_a_notebook_is_there_and_listed():
    """JupyterLite shows only what the list of a folder has."""
    shown = set()
    for path in (RUN / "files").glob("*.ipynb"):
        shown |= set(re.findall(r"\]\((images/[^)]+)\)", path.read_text(encoding="utf-8")))
    listed = set()
    for path in (RUN / "api" / "contents").rglob("all.json"):
        listed |= {one["path"] for one in json.loads(path.read_text())["content"]}
    assert shown and shown <= listed
    assert all((RUN / "files" / place).exists() for place in listed)


def test_what_is_listed_is_what_lies_there():
    """Each package by its hash, and each piece of Pyodide by its own."""
    listed = json.loads((RUN / site.WHEELS / "pyodide-lock.json").read_text())["packages"]
    for package in listed.values():
        path = RUN / site.WHEELS / package["file_name"]
        assert pyodide.digest(path.resolve()) == package["sha256"]
        assert set(package["depends"]) <= set(listed)
    for piece, wanted in pyodide.HASHES.items():
        assert pyodide.digest(RUN / site.HOSTED / piece) == wanted
