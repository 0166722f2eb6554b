"""A real browser on the built book, by http and from files."""

import contextlib
import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "msedge", "microsoft-edge")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find_browser() -> str | None:
    """`$CHROMIUM`, a browser on the path, or playwright's own; None where there is none."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, PROGRAMS)]
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return candidate
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser everything else runs, and one test fails and says what is missing."""
    gone = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    if gone and find_browser() is None:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


@pytest.fixture(scope="module")
def browser():
    """One headless browser; without its sandbox only as root or in CI, where it cannot have one.

    It lives for a module and no longer: while it does, its event loop runs in this thread, and a
    test elsewhere could not run a loop of its own.
    """
    args = list(QUIET)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if as_root or os.environ.get("CI"):
        args.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=args)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site_http(built):
    """Base address of the book, served on this machine."""

    class Handler(http.server.SimpleHTTPRequestHandler):
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


class Watched:
    """A page and all that it complained about or asked of hosts other than its own."""

    def __init__(self, page: Page, base: str):
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._console)
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("request", lambda request: self._request(request.url, base))

    def _console(self, message: object) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, url: str, base: str) -> None:
        if not url.startswith((base, "data:", "blob:")):
            self.complaints.append(f"outside: {url}")


@contextlib.contextmanager
def opening(browser: Browser):
    """A function that opens a page of a site, at a width and in a theme; all are closed afterwards.

    Explorers that wait for an answer are opened without one, unless `closed`.
    """
    contexts = []

    def open_(
        base: str,
        path: str,
        *,
        width: int = 1280,
        theme: str | None = "light",
        closed: bool = False,
        **options: object,
    ) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        if theme:
            context.add_init_script(f"localStorage.mode = localStorage.theme = '{theme}'")
        page = context.new_page()
        watched = Watched(page, base)
        page.goto(f"{base}/{path}")
        settle(page)
        if not closed:
            for button in reversed(page.locator(".explorer-closed button").all()):
                button.click()
        return watched

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(browser: Browser):
    """Open pages that live for one test."""
    with opening(browser) as open_:
        yield open_


def settle(page: Page) -> None:
    """Wait until the maths is typeset and the explorers are drawn."""
    try:
        page.wait_for_function(
            """() => document.readyState === "complete"
              && (!window.MathJax?.startup?.promise || window.mathsDone
                  || (MathJax.startup.promise.then(() => (window.mathsDone = true)), false))
              && [...document.querySelectorAll("figure.explorer")].every(
                   (figure) => figure.explorer?.shown)"""
        )
    except Error as error:
        raise AssertionError(f"{page.url} did not settle: {error}") from error
