"""A real browser on the built book, by http and from files."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

from stebook import EXPLORERS
from tests.browser.firefox import find_firefox

#: The first of these is used. The shell has no windows to draw, and is a quarter faster.
PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "msedge",
    "microsoft-edge",
)
HEIGHT = 900
#: The site is served under this policy, as some hosts do: no code is made of strings.
POLICY = "script-src 'self' 'unsafe-inline'"
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--js-flags=--min-semi-space-size=64",  # megabytes: what is soon dropped is copied less often
    "--no-first-run",
)

#: The address says nothing, so every explorer has its start; what folds is folded.
PUT_BACK = """() => {
  document.documentElement.dataset.theme = "light";
  history.replaceState(null, "", location.pathname);
  dispatchEvent(new HashChangeEvent("hashchange"));
  for (const skip of [...document.querySelectorAll(".explorer-closed button")].reverse()) {
    skip.click();
  }
  for (const unfolded of document.querySelectorAll("details[open]")) unfolded.open = false;
  document.activeElement?.blur();
  scrollTo(0, 0);
}"""
#: No explorer waits for the next frame, and each that can be seen is as wide as its place.
DRAWN = """() => [...document.querySelectorAll("figure.explorer")].every(({explorer}) =>
  !explorer.waiting && explorer.width === explorer.plot.clientWidth)"""
#: How many parts of formulas are lifted by margins, and how far all parts would move, in pixels, if
#: they were lifted as in KaTeX's own: by their positions.
LIFTED = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const parts = [...document.querySelectorAll(".katex-html, .katex-html *")];
  const places = () => parts.map((part) => {
    const {x, y, width, height} = part.getBoundingClientRect();
    return [x, y, width, height];
  });
  const here = places();
  const sheet = document.createElement("style");
  sheet.textContent = ".katex :is(.base, .vlist, .vlist > span) {position: relative !important}";
  document.head.append(sheet);
  const lifted = [...document.querySelectorAll(".vlist > span")]
    .filter(({style}) => style.getPropertyValue("--up") && !style.top);
  const written = lifted.map((part) => part.getAttribute("style"));
  for (const {style} of lifted) {
    style.top = `-${style.getPropertyValue("--up")}`;
    style.setProperty("--up", "0em");
  }
  const there = places();
  sheet.remove();
  lifted.forEach((part, i) => part.setAttribute("style", written[i]));
  for (const fold of document.querySelectorAll("details")) fold.open = false;
  const moved = here.flatMap((place, i) => place.map((value, k) => Math.abs(value - there[i][k])));
  return [lifted.length, Math.max(0, ...moved.filter((by) => by > 0.01))];
}"""


@functools.cache
def find_browser() -> str | None:
    """`$CHROMIUM`, a browser on the path, or playwright's own; None where there is none."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, PROGRAMS)]
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return candidate
    with sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path
    return bundled if Path(bundled).is_file() else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The tests of one page go to one worker, and so do those in Firefox.

    Without a browser everything else runs, and one test fails and says what is missing.
    """
    for fixture, find in (("browser", find_browser), ("firefox", find_firefox)):
        gone = [item for item in items if fixture in getattr(item, "fixturenames", ())]
        if gone and find() is None:
            config.hook.pytest_deselected(items=gone)
            items[:] = [item for item in items if item not in gone]
    for item in items:
        if "firefox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("firefox"))
        if {"desk", "phone"} & set(getattr(item, "fixturenames", ())) and hasattr(item, "callspec"):
            given = item.callspec.params
            page = given["path"] if "path" in given else explorer_page(given["name"])
            item.add_marker(pytest.mark.xdist_group(page))


def explorer_page(name: str) -> str:
    """The page that has an explorer."""
    return f"book/{EXPLORERS[name]}.html"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; without its sandbox only as root or in CI, where it cannot have one."""
    args = list(QUIET)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if as_root or os.environ.get("CI"):
        args.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=args)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def browser():
    """One for the tests of this folder and no longer.

    While it lives, its event loop runs in this thread, and a test elsewhere could not run a loop of
    its own.
    """
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def site_http(built):
    """Base address of the book, served on this machine under the policy."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Handler, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def site_file(built) -> str:
    """Base address of the book on disk."""
    return built.as_uri()


def clear(page: Page) -> None:
    """Let nothing be there any more: what was shown, what is stored, and where one has been.

    What stays in a renderer's own memory the next page would not ask for.
    """
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    page.goto("about:blank")
    page.mouse.move(0, 0)
    client = page.context.new_cdp_session(page)
    client.send("Page.resetNavigationHistory")
    for disabled in (True, False):
        client.send("Network.setCacheDisabled", {"cacheDisabled": disabled})
    client.detach()


class Watched:
    """A page, what it asked for, and what it complained about or asked of hosts not its own."""

    def __init__(self, page: Page, base: str, **screen: int):
        self.page, self.base, self.screen = page, base, screen
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._console)
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("request", self._request)

    def show(self) -> None:
        """On a screen as it was at first."""
        self.page.emulate_media(media="null")
        self.page.set_viewport_size(self.screen)

    def enter(self, path: str, *, scripts: bool = True, closed: bool = False) -> None:
        """Go to a page of the site, as `visit` does."""
        self.page.goto(f"{self.base}/{path}")
        if scripts:  # else nothing moves, and no function is waited for
            settle(self.page)
        if not closed:
            for button in reversed(self.page.locator(".explorer-closed button").all()):
                button.click()

    def leave(self) -> None:
        """Let nothing of a page be there any more, and forget what was heard of it."""
        clear(self.page)
        self.show()
        self.complaints.clear()
        self.asked.clear()

    def _console(self, message: object) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        url = request.url
        self.asked.append(url)
        if not url.startswith((self.base, "data:", "blob:")):
            self.complaints.append(f"outside: {url}")


def visit(
    browser: Browser,
    base: str,
    path: str,
    *,
    width: int = 1280,
    height: int = HEIGHT,
    theme: str | None = "light",
    closed: bool = False,
    **options: object,
) -> Watched:
    """Open a page of a site in a context of its own, at a width and in a theme.

    Explorers that wait for an answer are opened without one, unless `closed`.
    """
    screen = {"width": width, "height": height}
    context = browser.new_context(viewport=screen, reduced_motion="reduce", **options)
    if theme:
        context.add_init_script(f"localStorage.mode = localStorage.theme = '{theme}'")
    watched = Watched(context.new_page(), base, **screen)
    watched.enter(path, scripts=options.get("java_script_enabled", True), closed=closed)
    return watched


class Pages:
    """Opens pages, in the place of one that was left where there is one with the same options.

    A process of its own and an empty cache cost a page half of its time.
    """

    #: So many are kept.
    MOST = 4

    def __init__(self, browser: Browser):
        self.browser = browser
        self.options: dict[Watched, str] = {}
        self.left: list[Watched] = []

    def __call__(self, base: str, path: str, *, closed: bool = False, **options: object) -> Watched:
        """As `visit` does."""
        wanted = repr((base, sorted(options.items())))
        watched = next((left for left in self.left if self.options[left] == wanted), None)
        if watched is None:
            watched = visit(self.browser, base, path, closed=closed, **options)
            self.options[watched] = wanted
        else:
            self.left.remove(watched)
            watched.enter(path, scripts=options.get("java_script_enabled", True), closed=closed)
        return watched

    def leave(self, watched: Watched) -> None:
        """Let another have its place."""
        watched.leave()
        self.left.append(watched)
        while len(self.left) > self.MOST:
            self.left.pop(0).page.context.close()


@pytest.fixture(scope="package")
def pages(browser: Browser):
    """Opens pages, one after another."""
    return Pages(browser)


@pytest.fixture
def open_page(pages: Pages):
    """Open pages that live for one test."""
    opened = []

    def open_(base: str, path: str, **options: object) -> Watched:
        opened.append(pages(base, path, **options))
        return opened[-1]

    yield open_
    for watched in opened:
        pages.leave(watched)


class Visits:
    """The page that was opened last, for every test that looks at it, as it was when it was opened.

    It takes seconds to draw a page, and moments to look at it. Tests of one page run one after
    another, so no more than one is open.
    """

    def __init__(self, browser: Browser, base: str, width: int):
        self.browser, self.base, self.width = browser, base, width
        self.path: str | None = None
        self.watched: Watched | None = None

    def __call__(self, path: str) -> Watched:
        before, self.path = self.path, None
        if self.watched is None:
            self.watched = visit(self.browser, self.base, path, width=self.width)
        elif before == path:
            self.watched.show()
            self.put_back()
        else:
            self.watched.leave()
            self.watched.enter(path)
        self.path = path
        return self.watched

    def put_back(self) -> None:
        """Undo what an earlier test did."""
        self.watched.page.evaluate(PUT_BACK)
        self.watched.page.wait_for_function(DRAWN)

    def close(self) -> None:
        if self.watched:
            self.watched.page.context.close()


@pytest.fixture(scope="package")
def desk(browser: Browser, site_http: str):
    """Pages of the site, as wide as a desk."""
    visits = Visits(browser, site_http, 1280)
    yield visits
    visits.close()


@pytest.fixture(scope="package")
def phone(browser: Browser, site_file: str):
    """Pages on disk, as wide as a phone."""
    visits = Visits(browser, site_file, 390)
    yield visits
    visits.close()


def settle(page: Page) -> None:
    """Wait until the fonts are there and the explorers are drawn."""
    try:
        page.wait_for_function(
            """() => document.readyState === "complete"
              && document.fonts.status === "loaded"
              && [...document.querySelectorAll("figure.explorer")].every(
                   (figure) => figure.explorer?.shown)"""
        )
        page.evaluate("window.drawExplorers?.()")  # those out of sight too
        page.wait_for_function(DRAWN)
    except Error as error:
        raise AssertionError(f"{page.url} did not settle: {error}") from error
